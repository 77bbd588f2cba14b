export { type Anomaly, type AnomalyType, anomaliesOf, anomaly } from "./anomalies.ts";
export {
  METRIC_NAMES,
  type MetricName,
  type MetricPoint,
  type Metrics,
  metricName,
  metricPoint,
  metrics,
} from "./metrics.ts";
export { type HealthInput, healthReport, type SystemHealth, systemHealth } from "./report.ts";
export { HEALTH_STATUSES, type HealthStatus, healthStatus, scoreOf, statusOfScore } from "./score.ts";
