import type { StepView } from "../../functions/api/schemas.ts";
import { plural } from "../../shared/shown/words.ts";
import { Link } from "../parts/navigation.tsx";
import { Risk, Tag } from "../parts/tag.tsx";
import { Text } from "../parts/text.tsx";
import { Windowed } from "../parts/windowed.tsx";
import { pathOf } from "../routes.ts";
import { rungsOf, waitsFor } from "./ladder.ts";

const ROW_HEIGHT = 60;
/** The ladder stands below the name where the page is narrow, or a step stands beside the list. */
const NARROW = "(max-width: 40rem)";
const TALL_ROW_HEIGHT = 84;

const SIGNS = { done: "✓ ", now: "▸ ", ahead: "", closed: "" } as const;

/**
 * The rungs of a step, each with its name and how it stands: by sign and form, and in words for who hears them. One
 * picture with a name: of some hundred rungs in view each hidden word of its own would be laid out.
 */
export const Ladder = ({ step }: { readonly step: StepView }) => {
  const rungs = rungsOf(step);
  const words = rungs.map(({ name, standing }) => `${name} ${standing}`).join(", ");
  return (
    <span class="ladder" role="img" aria-label={`Ladder: ${words}`}>
      {rungs.map(({ name, standing }) => (
        <span key={name} class={`rung rung-${standing}`}>
          {SIGNS[standing]}
          {name}
        </span>
      ))}
    </span>
  );
};

type StepsProps = {
  readonly execution_id: string;
  readonly steps: readonly StepView[];
  readonly current: string | null;
};

/** Every step with its ladder, and why it stands still. */
export const Steps = ({ execution_id, steps, current }: StepsProps) => {
  const finished = new Set(steps.filter((step) => step.finished).map(({ step_id }) => step_id));
  const tall = current !== null || matchMedia(NARROW).matches;
  const look = tall ? "step step-tall" : "step";
  return (
    <Windowed
      items={steps}
      keyOf={({ step_id }) => step_id}
      height={tall ? TALL_ROW_HEIGHT : ROW_HEIGHT}
      label={plural(steps.length, "step")}
      current={current}
      row={(step) => (
        <Link
          href={pathOf.step(execution_id, step.step_id)}
          current={step.step_id === current}
          class={step.step_id === current ? `${look} current` : look}
        >
          <span class="step-name">
            <Text text={step.step_id} inLine />
            <code class="step-tool">{step.tool_name}</code>
          </span>
          <Ladder step={step} />
          <span class="step-why">
            <Standing step={step} waits={waitsFor(step, finished)} />
          </span>
        </Link>
      )}
    />
  );
};

/** How a step stands, in words. */
const Standing = ({ step, waits }: { readonly step: StepView; readonly waits: readonly string[] }) => {
  const { state, ending, reason, phase } = step;
  const more = ending !== null && ending !== "live" ? ending : phase === "open" || phase === "finished" ? null : phase;
  return (
    <>
      <Risk level={step.risk_level} /> <Tag word={state} />{" "}
      {more === null || reason?.startsWith(more) ? null : <span>{more.replaceAll("_", " ")}. </span>}
      {waits.length === 0 ? null : (
        <span>
          waits for <Text text={waits.slice(0, 3).join(", ")} inLine />.{" "}
        </span>
      )}
      {reason === null ? null : <Text text={reason} inLine />}
    </>
  );
};
