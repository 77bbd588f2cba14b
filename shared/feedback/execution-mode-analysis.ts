import type { OutcomeCounts } from "./aggregate-schema.ts";
import { MIN_SAMPLE, probabilityGreater, rateBounds, type Sample } from "./bounds.ts";
import { entryOf } from "./counts.ts";
import { type Finding, percent, type SignalRule } from "./learning-signal.ts";

const POINTS = 15;

/** A mode that does more than 15 points better than the other. DRY_RUN above LIVE says that the preview is unfaithful. */
export const executionModeAnalysis: SignalRule = ({ now, total }) =>
  Object.keys(now.tools).flatMap((tool_name) => {
    const aggregate = entryOf(total.tools, tool_name);
    if (aggregate === undefined) return [];
    const preview = sampleOf(aggregate.modes.DRY_RUN);
    const live = sampleOf(aggregate.modes.LIVE);
    if (preview.trials < MIN_SAMPLE || live.trials < MIN_SAMPLE) return [];
    if (exceeds(preview, live)) return [finding(tool_name, preview, live, "DRY_RUN")];
    return exceeds(live, preview) ? [finding(tool_name, preview, live, "LIVE")] : [];
  });

const sampleOf = ({ successes, failures }: OutcomeCounts): Sample => ({ successes, trials: successes + failures });

/** Compared in whole numbers: 0.90 - 0.75 is not more than 15 points, though it is in binary fractions. */
const exceeds = (better: Sample, worse: Sample): boolean =>
  100 * (better.successes * worse.trials - worse.successes * better.trials) > POINTS * better.trials * worse.trials;

const finding = (tool_name: string, preview: Sample, live: Sample, better: "DRY_RUN" | "LIVE"): Finding => {
  const rates = { dry_run: preview.successes / preview.trials, live: live.successes / live.trials };
  const numbers = `DRY_RUN ${percent(rates.dry_run)} of ${preview.trials}, LIVE ${percent(rates.live)} of ${live.trials}`;
  const unfaithful = better === "DRY_RUN";
  return {
    subject: better,
    tool_name,
    insight: unfaithful
      ? `the preview of ${tool_name} is unfaithful: it succeeds where LIVE fails (${numbers})`
      : `${tool_name} does better than its preview says (${numbers})`,
    recommended_action: unfaithful
      ? `trust previews of ${tool_name} less, and make its adapter check in DRY_RUN what LIVE refuses`
      : `make the preview of ${tool_name} ask for no more than LIVE needs`,
    confidence: unfaithful ? probabilityGreater(preview, live) : probabilityGreater(live, preview),
    target_phase: 19,
    evidence: {
      sample_size: preview.trials + live.trials,
      rates,
      bounds: {
        dry_run: rateBounds(preview.successes, preview.trials),
        live: rateBounds(live.successes, live.trials),
      },
      details: { better_mode: better, dry_run_outcomes: preview.trials, live_outcomes: live.trials },
    },
  };
};
