import { Metrics } from "@aws-lambda-powertools/metrics";
import { METRICS_NAMESPACE } from "../../shared/health/telemetry.ts";
import { powertoolsMetrics } from "../adapters/metrics/powertools.ts";
import type { Deps } from "../deps.ts";
import type { Environment } from "./environment.ts";

/** The metrics of the stage. */
export const awsMetrics = ({ STAGE }: Pick<Environment, "STAGE">): Pick<Deps, "metrics"> => ({
  metrics: powertoolsMetrics(new Metrics({ namespace: METRICS_NAMESPACE, serviceName: `buddy-${STAGE}` })),
});
