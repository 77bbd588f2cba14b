import type { StepOutcome } from "../execution/outcome/step-outcome.ts";
import { addCalibrations } from "./add-aggregates.ts";
import { type Aggregate, MAX_AGENTS, OTHER_AGENTS } from "./aggregate-schema.ts";
import { calibrationOf } from "./aggregate-steps.ts";
import { compareText, joinRecords } from "./counts.ts";

type Calibration = Aggregate["agents"][string];

/** Agents' names are long where a framework made them. */
const NAME_LETTERS = 64;

const nameOf = (agent: string): string => (agent === "__proto__" ? OTHER_AGENTS : agent.slice(0, NAME_LETTERS));

const trialsOf = (calibration: Calibration): number =>
  Object.values(calibration).reduce((sum, { trials }) => sum + trials, 0);

/** How agents' stated confidence compares with LIVE outcomes, by the agent that proposed the call. */
export const aggregateAgents = (steps: readonly StepOutcome[]): Aggregate["agents"] => {
  const agents = new Map<string, Calibration>();
  for (const step of steps) {
    const own = calibrationOf(step);
    if (trialsOf(own) === 0) continue;
    const name = nameOf(step.agent_id);
    agents.set(name, addCalibrations(agents.get(name) ?? {}, own));
  }
  const busiest = [...agents].sort(
    ([one, its], [other, theirs]) => trialsOf(theirs) - trialsOf(its) || compareText(one, other),
  );
  const kept = Object.fromEntries(busiest.slice(0, MAX_AGENTS));
  const others = busiest.slice(MAX_AGENTS).reduce<Calibration>((sum, [, own]) => addCalibrations(sum, own), {});
  return joinRecords(kept, trialsOf(others) === 0 ? {} : { [OTHER_AGENTS]: others }, addCalibrations);
};
