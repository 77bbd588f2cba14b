import type { Aggregate } from "../feedback/aggregate.ts";

/** Confidences are summed in millionths. */
const MILLION = 1_000_000;

/** LIVE outcomes of known result over all tools: INDETERMINATE is neither success nor failure. */
export type LiveOutcomes = {
  readonly successes: number;
  readonly trials: number;
  /** Mean confidence of the same outcomes; null without any. */
  readonly mean_confidence: number | null;
};

export const liveOutcomes = (aggregate: Aggregate): LiveOutcomes => {
  const buckets = Object.values(aggregate.tools).flatMap((tool) => Object.values(tool.calibration));
  const sum = (pick: (bucket: (typeof buckets)[number]) => number): number =>
    buckets.reduce((total, bucket) => total + pick(bucket), 0);
  const trials = sum((bucket) => bucket.trials);
  const confidence = sum((bucket) => bucket.confidence_millionths);
  return {
    successes: sum((bucket) => bucket.successes),
    trials,
    mean_confidence: trials === 0 ? null : confidence / (MILLION * trials),
  };
};

/** Mean confidence of all steps of the window; null without steps. */
export const meanStepConfidence = ({ steps }: Aggregate): number | null =>
  steps.total === 0 ? null : steps.confidence_millionths / (MILLION * steps.total);
