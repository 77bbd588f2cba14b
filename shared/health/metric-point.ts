import { z } from "zod";
import { METRIC_NAMES, type Metrics, metricName } from "./metrics.ts";

/** One value of a metric's history; null where there was nothing to divide by. */
export const metricPoint = z.strictObject({ name: metricName, at: z.iso.datetime(), value: z.number().nullable() });
export type MetricPoint = z.infer<typeof metricPoint>;

/** What a report adds to the history of the eight metrics. */
export const metricPoints = (report: { readonly timestamp: string; readonly metrics: Metrics }): MetricPoint[] =>
  METRIC_NAMES.map((name) => ({ name, at: report.timestamp, value: report.metrics[name] }));
