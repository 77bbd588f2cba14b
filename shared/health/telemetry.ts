import { METRIC_NAMES } from "./metrics.ts";

/** Under which name a deployment's own metrics are found. Each carries one dimension: the service, `buddy-<stage>`. */
export const METRICS_NAMESPACE = "Buddy";
export const METRICS_DIMENSION = "service";

/** How things stand, measured every minute whether anything happens or not. */
export const GAUGES = [
  /** Open requests to people, of every kind. */
  "approvals_waiting",
  /** Seconds since the oldest of them was opened; 0 without any. */
  "approvals_oldest_seconds",
  /** Those that expire within `EXPIRING_WITHIN_SECONDS`. */
  "approvals_expiring",
  /** Calls and compensations whose outcome nobody knows: a person has to find out. */
  "outcomes_indeterminate",
  /** Compensations that failed and wait for a person. */
  "compensations_failed",
  /** Roll backs that stand still until a person says whether that call is to be undone. */
  "undos_asked",
  /** 1 while any lock is held, else 0. */
  "lock_held",
] as const;

/** Events, each counted once. */
export const COUNTS = [
  "executions_concluded",
  /** Those of them that failed: neither aborted nor locked by a person. */
  "executions_failed",
  /** Those of them that ended with something left undone: rejected, expired, capped, a duplicate. No failure. */
  "executions_incomplete",
] as const;

/** Everything that a deployment emits: the eight health metrics, gauges and counts. */
export const TELEMETRY_NAMES = [...METRIC_NAMES, ...GAUGES, ...COUNTS] as const;
export type TelemetryName = (typeof TELEMETRY_NAMES)[number];

/** Long enough for a person to be found. */
export const EXPIRING_WITHIN_SECONDS = 4 * 3_600;

export type TelemetryUnit = "Count" | "Milliseconds" | "Seconds" | "None";

/** Rates and the score have no unit. */
export const unitOf = (name: TelemetryName): TelemetryUnit => {
  if (name.endsWith("_ms")) return "Milliseconds";
  if (name.endsWith("_seconds")) return "Seconds";
  const counted: readonly string[] = [...GAUGES, ...COUNTS];
  return counted.includes(name) && name !== "lock_held" ? "Count" : "None";
};
