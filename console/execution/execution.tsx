import { useState } from "preact/hooks";
import { plural } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { useSaid } from "../parts/announce.tsx";
import { Link } from "../parts/navigation.tsx";
import { Notice, NotYet } from "../parts/notice.tsx";
import { Part } from "../parts/part.tsx";
import { Person } from "../parts/person.tsx";
import { Tag } from "../parts/tag.tsx";
import { Quoted, Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { pathOf } from "../routes.ts";
import { Acts } from "./acts.tsx";
import { PlanNames } from "./plan-names.tsx";
import { StepPanel } from "./step.tsx";
import { Steps } from "./steps.tsx";
import { Timeline } from "./timeline.tsx";
import { pauseOf, type Whole, wholeExecution } from "./whole.ts";

type ExecutionProps = { readonly api: Api; readonly id: string; readonly step: string | null };

/** One execution, live: every step on its ladder, why it stands still, and what one can do about it. */
export const ExecutionPage = ({ api, id, step }: ExecutionProps) => {
  const [pause, setPause] = useState(5);
  const load = async () => {
    const answer = await wholeExecution(api, id);
    if (answer.kind === "value") setPause(pauseOf(answer.value));
    return answer;
  };
  const { value: execution, problem, again } = usePolled(`execution ${id}`, load, pause);
  useSaid(execution && standingInWords(execution), (words) => words);
  if (execution === undefined)
    return (
      <NotYet
        what="the execution"
        problem={problem}
        onward={{ href: pathOf.executions(), words: "Look among all executions" }}
      />
    );
  return (
    <div class={step === null ? "desk wide" : "desk desk-with-request desk-of-steps"}>
      <section class="desk-queue execution" aria-label="Execution">
        <Head api={api} execution={execution} acted={again} />
        <Part id="steps" head={`${plural(execution.step_count, "step")}, ${execution.finished_steps} finished`}>
          <Steps execution_id={id} steps={execution.steps} current={step} />
        </Part>
        <Conflicts execution={execution} />
        <Past api={api} id={id} />
      </section>
      {step === null ? null : (
        <section class="desk-request" aria-label="Step">
          <Link href={pathOf.execution(id)} class="back">
            ← the execution
          </Link>
          <StepPanel api={api} execution_id={id} id={step} />
        </section>
      )}
    </div>
  );
};

/** How it stands, for who hears the page. */
const standingInWords = ({ status, step_count, finished_steps }: Whole): string =>
  `${status.replaceAll("_", " ")}: ${plural(step_count, "step")}, ${finished_steps} finished.`;

type HeadProps = { readonly api: Api; readonly execution: Whole; readonly acted: () => void };

const Head = ({ api, execution, acted }: HeadProps) => {
  const { execution_id, status, submitted_by, submitted_at, ended_at, plans, states, open_approvals } = execution;
  return (
    <header class="execution-head">
      <p class="request-line">
        <Tag word={status} />
        {Object.entries(states).map(([state, count]) => (
          <span class="quiet" key={state}>
            {count} <Tag word={state} />
          </span>
        ))}
      </p>
      <h1>
        <PlanNames ids={plans.map(({ plan_id }) => plan_id)} />
      </h1>
      <p class="quiet">
        <code>{execution_id}</code>
      </p>
      <p class="quiet">
        by <Person id={submitted_by} />, <Moment at={submitted_at} />
        {ended_at === null ? null : (
          <>
            ; ended <Moment at={ended_at} />
          </>
        )}
      </p>
      {execution.abort_requested === null ? null : (
        <Notice weight="mind">
          <p>
            <Person id={execution.abort_requested.by} /> told it to stop:{" "}
            <Text text={execution.abort_requested.reason} />
          </p>
        </Notice>
      )}
      {open_approvals === 0 ? null : (
        <p>
          <Link href={`${pathOf.inbox()}?execution=${execution_id}`}>
            {plural(open_approvals, "request waits", "requests wait")} for people
          </Link>
        </p>
      )}
      <Warnings warnings={[...new Set([...execution.warnings, ...plans.flatMap((plan) => plan.warnings)])]} />
      <Plans plans={plans} />
      <p>
        <Link href={pathOf.verify(execution_id)}>Verify its record</Link>
      </p>
      <Acts api={api} id={execution_id} status={status} submitted_by={submitted_by} acted={acted} />
    </header>
  );
};

/** More are folded: why it stands still is told by its steps. */
const MOST_UNFOLDED = 2;
const MOST_PLANS = 50;

type PlansProps = { readonly plans: Whole["plans"] };

/** The goals that the agents have with it; a plan that is not run is never folded away. */
const Plans = ({ plans }: PlansProps) => {
  if (plans.length <= MOST_UNFOLDED) return <PlanGoals plans={plans} />;
  return (
    <>
      <PlanGoals plans={plans.filter(({ aborted }) => aborted !== null).slice(0, MOST_PLANS)} />
      <details>
        <summary>{plural(plans.length, "plan")}, with their goals</summary>
        <PlanGoals plans={plans.slice(0, MOST_PLANS)} />
        {plans.length > MOST_PLANS ? <p class="quiet">and {plural(plans.length - MOST_PLANS, "more plan")}</p> : null}
      </details>
    </>
  );
};

const PlanGoals = ({ plans }: PlansProps) => (
  <>
    {plans.map(({ plan_id, goal, aborted }) => (
      <div key={plan_id}>
        <p>
          <strong>
            <Text text={plan_id} />
          </strong>
          {aborted === null ? null : (
            <span class="mind">
              {" "}
              not run: <Text text={aborted} inLine />
            </span>
          )}
        </p>
        {goal === null ? null : <Quoted text={goal.text} by="goal, by the agent" bounded />}
      </div>
    ))}
  </>
);

const Warnings = ({ warnings }: { readonly warnings: readonly string[] }) =>
  warnings.length === 0 ? null : (
    <details>
      <summary class="mind">{plural(warnings.length, "warning")}</summary>
      <ul>
        {warnings.map((warning) => (
          <li key={warning}>
            <Text text={warning} />
          </li>
        ))}
      </ul>
    </details>
  );

/** Conflicts as what they join: these steps, by this rule, resolved so. */
const Conflicts = ({ execution: { execution_id, conflicts, more_conflicts } }: { readonly execution: Whole }) =>
  conflicts.length === 0 ? null : (
    <Part id="conflicts" head="Conflicts">
      <ul class="conflicts">
        {conflicts.map((conflict) => (
          <li key={conflict.conflict_id}>
            <p>
              {conflict.step_ids.map((step, place) => (
                <span key={step}>
                  {place === 0 ? null : <span aria-hidden="true"> ↔ </span>}
                  <Link href={pathOf.step(execution_id, step)}>
                    <Text text={step} inLine />
                  </Link>
                </span>
              ))}{" "}
              <Tag word={conflict.conflict_type} /> <Tag word={conflict.resolution_status} />
            </p>
            <p>
              <Text text={conflict.finding} />; <Text text={conflict.resolution} />
            </p>
          </li>
        ))}
        {more_conflicts === 0 ? null : (
          <li>and {plural(more_conflicts, "more conflict")}, all in tool_conflicts.json</li>
        )}
      </ul>
    </Part>
  );

/** The events, fetched when somebody wants to see them. */
const Past = ({ api, id }: { readonly api: Api; readonly id: string }) => {
  const [open, setOpen] = useState(false);
  return (
    <details class="past" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>What happened, event by event</summary>
      {open ? <Timeline api={api} id={id} /> : null}
    </details>
  );
};
