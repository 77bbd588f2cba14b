import type { Duration } from "aws-cdk-lib";
import { Metric } from "aws-cdk-lib/aws-cloudwatch";
import { METRICS_DIMENSION, METRICS_NAMESPACE, type TelemetryName } from "../shared/health/telemetry.ts";

/** How the values of a period become one. */
export type Statistic = "Average" | "Maximum" | "SampleCount" | "Sum";

/** A metric that the functions of a deployment emit. `service` is the deployment's name. */
export const telemetry = (service: string, metricName: TelemetryName, statistic: Statistic, period: Duration): Metric =>
  new Metric({
    namespace: METRICS_NAMESPACE,
    metricName,
    dimensionsMap: { [METRICS_DIMENSION]: service },
    statistic,
    period,
  });
