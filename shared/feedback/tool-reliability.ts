import type { ModeAggregate, OutcomeCounts } from "./aggregate-schema.ts";
import { probabilityBelow, rateBounds } from "./bounds.ts";
import { entryOf } from "./counts.ts";
import { type Finding, percent, type SignalRule } from "./learning-signal.ts";

/** Good from 90 %, poor below 70 %. Kept in percent: whole numbers compare exactly. */
const GOOD_PERCENT = 90;
const POOR_PERCENT = 70;

export type Reliability = "good" | "poor" | "unproven";

/** Good: rate >= 90 % and lower bound >= 0.90. Poor: rate < 70 % and upper bound < 0.70. */
export const reliabilityOf = (successes: number, trials: number): Reliability => {
  if (trials === 0) return "unproven";
  const { lower, upper } = rateBounds(successes, trials);
  if (100 * successes >= GOOD_PERCENT * trials && lower >= GOOD_PERCENT / 100) return "good";
  return 100 * successes < POOR_PERCENT * trials && upper < POOR_PERCENT / 100 ? "poor" : "unproven";
};

/** Whether a tool proves reliable or unreliable, over one outcome per step; INDETERMINATE is neither. */
export const toolReliability: SignalRule = ({ now, total }) =>
  Object.entries(now.tools).flatMap(([tool_name, current]) => {
    const aggregate = entryOf(total.tools, tool_name);
    return aggregate === undefined || known(current.steps) === 0
      ? []
      : find(tool_name, aggregate.steps, aggregate.modes);
  });

const known = (counts: OutcomeCounts): number => counts.successes + counts.failures;

const find = (
  tool_name: string,
  steps: OutcomeCounts,
  modes: Readonly<Record<"DRY_RUN" | "LIVE", ModeAggregate>>,
): Finding[] => {
  const trials = known(steps);
  const verdict = reliabilityOf(steps.successes, trials);
  if (verdict === "unproven") return [];
  const rate = steps.successes / trials;
  const limits = rateBounds(steps.successes, trials);
  const numbers = `${steps.successes} of ${trials} steps (${percent(rate)})`;
  const good = verdict === "good";
  const details = {
    successes: steps.successes,
    failures: steps.failures,
    indeterminate: steps.indeterminate,
    dry_run: countsOf(modes.DRY_RUN),
    live: countsOf(modes.LIVE),
  };
  return [
    {
      subject: verdict,
      tool_name,
      insight: good
        ? `${tool_name} is reliable: ${numbers} succeeded, at least ${percent(limits.lower)} can be relied on`
        : `${tool_name} is unreliable: ${numbers} succeeded, at most ${percent(limits.upper)} can be expected`,
      recommended_action: good
        ? `reward plans that use ${tool_name} where it serves the goal`
        : `penalise plans that rest on ${tool_name} until its failures are understood`,
      confidence: good
        ? 1 - probabilityBelow(GOOD_PERCENT / 100, steps.successes, trials)
        : probabilityBelow(POOR_PERCENT / 100, steps.successes, trials),
      target_phase: 16,
      evidence: { sample_size: trials, rates: { success: rate }, bounds: { success: limits }, details },
    },
  ];
};

const countsOf = ({ successes, failures, indeterminate }: OutcomeCounts): OutcomeCounts => ({
  successes,
  failures,
  indeterminate,
});
