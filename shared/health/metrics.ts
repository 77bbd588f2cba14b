import { z } from "zod";
import type { Aggregate } from "../feedback/aggregate.ts";
import { approvalRatio, conflictRatio, driftRatio, liveRatio, rollbackRatio, successRatio } from "./ratios.ts";

export const METRIC_NAMES = [
  "tool_success_rate",
  "execution_latency_ms",
  "rollback_frequency",
  "conflict_rate",
  "live_execution_ratio",
  "confidence_drift",
  "approval_rate",
  "system_health_score",
] as const;
export const metricName = z.enum(METRIC_NAMES);
export type MetricName = z.infer<typeof metricName>;

const proportion = z.number().min(0).max(1).nullable();

/** The eight metrics; null where there was nothing to divide by. */
export const metrics = z.strictObject({
  tool_success_rate: proportion,
  execution_latency_ms: z.number().nonnegative().nullable(),
  rollback_frequency: proportion,
  conflict_rate: proportion,
  live_execution_ratio: proportion,
  confidence_drift: proportion,
  approval_rate: proportion,
  system_health_score: z.number().min(0).max(100).nullable(),
});
export type Metrics = z.infer<typeof metrics>;

/** Mean duration in milliseconds of the steps that ran, without waiting for people, leases or other steps. */
export const meanLatencyMs = ({ steps }: Aggregate): number | null =>
  steps.ran === 0 ? null : steps.duration_ms / steps.ran;

export const metricsOf = (window: Aggregate, score: number | null): Metrics => ({
  tool_success_rate: successRatio(window).value,
  execution_latency_ms: meanLatencyMs(window),
  rollback_frequency: rollbackRatio(window).value,
  conflict_rate: conflictRatio(window).value,
  live_execution_ratio: liveRatio(window).value,
  confidence_drift: driftRatio(window).value,
  approval_rate: approvalRatio(window).value,
  system_health_score: score,
});

/** One value of a metric's history; null where there was nothing to divide by. */
export const metricPoint = z.strictObject({
  name: metricName,
  at: z.iso.datetime(),
  value: z.number().nullable(),
  /** How many executions it lacks, because they could not be read; left out where it lacks none. */
  unread: z.number().int().positive().exactOptional(),
});
export type MetricPoint = z.infer<typeof metricPoint>;
