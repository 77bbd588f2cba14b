export { type Anomaly, type AnomalyType, anomaliesOf, anomaly } from "./anomalies.ts";
export { type MetricPoint, metricPoint, metricPoints } from "./metric-point.ts";
export { METRIC_NAMES, type MetricName, type Metrics, metricName, metrics } from "./metrics.ts";
export { type HealthInput, healthReport, type SystemHealth, systemHealth } from "./report.ts";
export { HEALTH_STATUSES, type HealthStatus, healthStatus, scoreOf, statusOfScore } from "./score.ts";
