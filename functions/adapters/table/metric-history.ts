import { type MetricPoint, metricPoint } from "../../../shared/health/metrics.ts";
import { systemHealth } from "../../../shared/health/report.ts";
import type { MetricHistory } from "../../../shared/ports/learning.ts";
import { notThere } from "./conditions.ts";
import { inBatches } from "./in-batches.ts";
import { healthReportKey, metricPartition } from "./keys.ts";
import { bodyOf, instant, readBody } from "./record.ts";
import type { Item, Table } from "./table.ts";

const PUT_AT_A_TIME = 16;

/** Whose point it is belongs to the key: two executions may report one value at one moment, and none reports twice. */
const toItem = (execution_id: string, history: number, point: MetricPoint): Item => ({
  pk: metricPartition(point.name),
  sk: `${instant(point.at)}#${execution_id}#${history}`,
  ...bodyOf(point),
});

/** Values of each metric by time; `since` is inclusive, `until` is not. */
export const metricHistory = (table: Table): MetricHistory => ({
  keepReport: async (execution_id, history, report) => {
    const item = { ...healthReportKey(execution_id, history), ...bodyOf(report) };
    if ((await table.put(item, notThere)) === "written") return report;
    const kept = await table.get(healthReportKey(execution_id, history));
    return kept === undefined ? report : readBody(systemHealth, kept);
  },
  report: async (execution_id, history) => {
    const kept = await table.get(healthReportKey(execution_id, history));
    return kept && readBody(systemHealth, kept);
  },
  put: async (execution_id, history, points) => {
    await inBatches(points, PUT_AT_A_TIME, (point) => table.put(toItem(execution_id, history, point)));
  },
  read: async (name, since, until) => {
    const items = await table.query(metricPartition(name), { after: instant(since) });
    const end = instant(until);
    return items.filter(({ sk }) => sk < end).map((item) => readBody(metricPoint, item));
  },
});
