import type { Log } from "../../../shared/ports/log.ts";
import type { Metrics } from "../../../shared/ports/metrics.ts";

/** One machine has no dashboard: what a deployment would measure is a line of the log. */
export const loggingMetrics = (log: Log): Metrics => ({ publish: (values) => log.info("metrics", values) });
