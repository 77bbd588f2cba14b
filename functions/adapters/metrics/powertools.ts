import type { Metrics as Emf } from "@aws-lambda-powertools/metrics";
import { TELEMETRY_NAMES, unitOf } from "../../../shared/health/telemetry.ts";
import type { Metrics } from "../../../shared/ports/metrics.ts";

/** One document in the embedded metric format per call: CloudWatch reads it from the function's log. */
export const powertoolsMetrics = (emf: Emf): Metrics => ({
  publish: (values) => {
    const known = TELEMETRY_NAMES.flatMap((name) => {
      const value = values[name];
      return value === undefined ? [] : [{ name, value }];
    });
    if (known.length === 0) return;
    for (const { name, value } of known) emf.addMetric(name, unitOf(name), value);
    emf.publishStoredMetrics();
  },
});
