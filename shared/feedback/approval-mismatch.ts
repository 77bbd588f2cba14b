import type { CalibrationBucket, DecisionCounts, ToolAggregate } from "./aggregate-schema.ts";
import { MILLION } from "./aggregate-steps.ts";
import { MIN_SAMPLE, probabilityBelow, rateBounds } from "./bounds.ts";
import { entryOf } from "./counts.ts";
import { type Finding, percent, type SignalRule } from "./learning-signal.ts";
import { reliabilityOf } from "./tool-reliability.ts";

/** Where confidence, or the people who decide, and LIVE outcomes tell different stories. */
export const approvalMismatch: SignalRule = ({ now, total }) =>
  Object.entries(now.tools).flatMap(([tool_name, current]) => {
    const aggregate = entryOf(total.tools, tool_name);
    if (aggregate === undefined) return [];
    return [
      ...Object.keys(current.calibration).flatMap((bucket) => calibration(tool_name, bucket, aggregate)),
      ...(decided(current.decisions) > 0 ? approvals(tool_name, aggregate) : []),
      ...(current.decisions.rejected > 0 ? rejections(tool_name, aggregate) : []),
    ];
  });

/** Confidence outside the bounds of the success rate it stands for, within one bucket of confidence. */
const calibration = (tool_name: string, bucket: string, aggregate: ToolAggregate): Finding[] => {
  const counts = entryOf(aggregate.calibration, bucket);
  if (counts === undefined || counts.trials < MIN_SAMPLE) return [];
  const stated = meanConfidence(counts);
  const limits = rateBounds(counts.successes, counts.trials);
  // A sample without failures contradicts no confidence, however high: its upper bound stays below 1 for ever.
  const over = stated > limits.upper && counts.successes < counts.trials;
  if (!over && stated >= limits.lower) return [];
  const rate = counts.successes / counts.trials;
  const below = probabilityBelow(stated, counts.successes, counts.trials);
  return [
    {
      subject: `calibration:${bucket}`,
      tool_name,
      insight: `confidence in ${tool_name} is too ${over ? "high" : "low"}: stated ${percent(stated)}, ${counts.successes} of ${counts.trials} (${percent(rate)}) succeeded LIVE`,
      recommended_action: `${over ? "lower" : "raise"} the confidence given to ${tool_name} from ${percent(stated)} towards ${percent(rate)}`,
      confidence: over ? below : 1 - below,
      target_phase: 16,
      evidence: {
        sample_size: counts.trials,
        rates: { success: rate, stated_confidence: stated },
        bounds: { success: limits },
        details: { confidence_bucket: bucket, successes: counts.successes },
      },
    },
  ];
};

/** People approve what then fails: the approved calls meet the rule for a poor tool. */
const approvals = (tool_name: string, aggregate: ToolAggregate): Finding[] => {
  const { approved_succeeded: successes, approved_failed } = aggregate.decisions;
  const trials = successes + approved_failed;
  if (reliabilityOf(successes, trials) !== "poor") return [];
  const rate = successes / trials;
  return [
    {
      subject: "approved",
      tool_name,
      insight: `people approve calls of ${tool_name} that fail: ${successes} of ${trials} approved calls (${percent(rate)}) succeeded`,
      recommended_action: `give approval of ${tool_name} less weight as a reward, and show approvers how its calls end`,
      confidence: probabilityBelow(0.7, successes, trials),
      target_phase: 16,
      evidence: {
        sample_size: trials,
        rates: { approved_success: rate },
        bounds: { approved_success: rateBounds(successes, trials) },
        details: { approvers: namesWhere(aggregate, (counts) => counts.approved_failed > 0) },
      },
    },
  ];
};

/** People reject most calls of a tool that is good by its LIVE outcomes: it works, and is not what they want done. */
const rejections = (tool_name: string, aggregate: ToolAggregate): Finding[] => {
  const { rejected } = aggregate.decisions;
  const trials = decided(aggregate.decisions);
  const live = aggregate.modes.LIVE;
  const limits = rateBounds(rejected, trials);
  if (trials < MIN_SAMPLE || limits.lower <= 0.5) return [];
  if (reliabilityOf(live.successes, live.successes + live.failures) !== "good") return [];
  const rate = rejected / trials;
  return [
    {
      subject: "rejected",
      tool_name,
      insight: `people reject ${tool_name} though its calls succeed: ${rejected} of ${trials} decisions (${percent(rate)}) were rejections`,
      recommended_action: `penalise proposals of ${tool_name} like those rejected: it works, but it is not what people want done`,
      confidence: 1 - probabilityBelow(0.5, rejected, trials),
      target_phase: 16,
      evidence: {
        sample_size: trials,
        rates: { rejected: rate, live_success: live.successes / (live.successes + live.failures) },
        bounds: { rejected: limits, live_success: rateBounds(live.successes, live.successes + live.failures) },
        details: { approvers: namesWhere(aggregate, (counts) => counts.rejected > 0) },
      },
    },
  ];
};

const meanConfidence = (counts: CalibrationBucket): number => counts.confidence_millionths / (MILLION * counts.trials);

const decided = (counts: DecisionCounts): number =>
  counts.approved_succeeded + counts.approved_failed + counts.approved_without_outcome + counts.rejected;

/** The approvers concerned, each with what came of their decisions. */
const namesWhere = (
  aggregate: ToolAggregate,
  concerned: (counts: DecisionCounts) => boolean,
): Record<string, DecisionCounts> =>
  Object.fromEntries(Object.entries(aggregate.approvers).filter(([, counts]) => concerned(counts)));
