import type { Metrics } from "../../../shared/ports/metrics.ts";

/** For functions that measure nothing. */
export const noMetrics: Metrics = { publish: () => {} };
