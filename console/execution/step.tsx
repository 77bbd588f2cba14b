import type { StepDetail } from "../../functions/api/schemas.ts";
import { shownChanges } from "../../shared/shown/values.ts";
import { inWords } from "../../shared/shown/words.ts";
import type { Api } from "../client/api.ts";
import { usePolled } from "../client/polled.ts";
import { Tree } from "../parts/json.tsx";
import { Link } from "../parts/navigation.tsx";
import { NotYet } from "../parts/notice.tsx";
import { Risk, Tag } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Moment } from "../parts/time.tsx";
import { Changes } from "../request/effect.tsx";
import { pathOf } from "../routes.ts";
import { Ladder } from "./steps.tsx";

const SECONDS = 10;

type StepProps = { readonly api: Api; readonly execution_id: string; readonly id: string };

/** One step: its rungs, the call that was or would be made, and what came of it. */
export const StepPanel = ({ api, execution_id, id }: StepProps) => {
  const { value: step, problem } = usePolled(`step ${execution_id} ${id}`, () => api.step(execution_id, id), SECONDS);
  if (step === undefined)
    return (
      <NotYet
        what="the step"
        problem={problem}
        onward={{ href: pathOf.execution(execution_id), words: "Look among its steps" }}
      />
    );
  return (
    <article class="request step-panel" aria-labelledby="step-title">
      <header class="request-head">
        <p class="request-line">
          <Risk level={step.risk_level} /> <Tag word={step.state} />
        </p>
        <h2 id="step-title" class="mono">
          <Text text={step.step_id} />
        </h2>
        <p class="quiet">
          <code>{step.tool_name}</code> by <Text text={`${step.acting_agent_id} for plan ${step.plan_id}`} inLine />
        </p>
      </header>
      <Ladder step={step} />
      {step.reason === null ? null : (
        <p>
          <Text text={step.reason} />
        </p>
      )}
      {step.approval_id === null ? null : <Link href={pathOf.request(step.approval_id)}>The request to people</Link>}
      {step.ceiling === null || step.ceiling.reasons.length === 0 ? null : (
        <section>
          <h3 class="label">May go no higher than {step.ceiling.mode}</h3>
          <ul>
            {step.ceiling.reasons.map((reason) => (
              <li key={reason.message}>
                <Text text={reason.message} />
              </li>
            ))}
          </ul>
        </section>
      )}
      <Rungs step={step} />
      {step.preview === null ? null : (
        <section>
          <h3 class="label">The call</h3>
          <p>
            <Text text={step.preview.preview.summary} />
          </p>
          {step.preview.preview.changes.length === 0 ? null : (
            <Changes changes={shownChanges(step.preview.preview.changes, "approve")} caption="What it changes" />
          )}
          <Tree value={step.preview.arguments} />
        </section>
      )}
      {step.output === null ? null : (
        <section>
          <h3 class="label">{resultHead(step)}</h3>
          <Tree value={step.output} />
        </section>
      )}
      <div class="end" />
    </article>
  );
};

/** Before LIVE a result is of what would be done: it reads like one of what was. */
const resultHead = ({ mode_reached, made_up }: StepDetail): string => {
  const made = made_up ? ", made up: no service answered" : "";
  if (mode_reached === "LIVE") return `Its result${made}`;
  return `What the ${mode_reached === "DRY_RUN" ? "preview" : "rehearsal"} foretells: nothing was done yet${made}`;
};

const Rungs = ({ step }: { readonly step: StepDetail }) =>
  step.rungs.length === 0 ? null : (
    <section>
      <h3 class="label">Attempts</h3>
      <ul class="attempts">
        {step.rungs.map(({ mode, outcome, started_at, duration_ms, timed_out, error }) => (
          <li key={`${mode} ${started_at}`}>
            <code>{mode}</code> {outcome}
            {timed_out ? ", out of time" : ""} after{" "}
            {duration_ms < 1_000 ? `${duration_ms} ms` : inWords(duration_ms / 1_000)}, <Moment at={started_at} />
            {error === null ? null : (
              <>
                : <Text text={error} />
              </>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
