import { z } from "zod";
import { type MetricName, metricPoint, metrics } from "../../../shared/health/metrics.ts";
import { systemHealth } from "../../../shared/health/report.ts";
import type { MetricHistory } from "../../../shared/ports/learning.ts";
import { notThere } from "./conditions.ts";
import type { Item } from "./item.ts";
import { healthReportKey, METRIC_VALUES, metricPartition } from "./keys/of-measures.ts";
import { bodyOf, instant, readableOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const measured = z.strictObject({
  at: z.iso.datetime(),
  metrics,
  /** How many executions its sums lacked. */
  unread: z.number().int().positive().exactOptional(),
});

/**
 * Values by time; `since` is inclusive, `until` is not. All that was measured at one end stands in one row, which is one
 * write; earlier releases wrote a row for each metric, and those are read beside it.
 */
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
  put: async (execution_id, history, { timestamp: at, metrics, unread_executions = [] }) => {
    // Whose values they are belongs to the key: two executions may report the same at one moment, and none reports twice.
    const sk = `${instant(at)}#${execution_id}#${history}`;
    await table.put({ pk: METRIC_VALUES, sk, ...bodyOf({ at, metrics, ...lacking(unread_executions.length) }) });
  },
  read: async (name, since, until) => {
    const [end, after] = [instant(until), instant(since)];
    const [earlier, rows] = await Promise.all(
      [metricPartition(name), METRIC_VALUES].map(async (pk) =>
        (await table.query(pk, { after })).filter(({ sk }) => sk < end),
      ),
    );
    const points = [
      readableOf(earlier ?? [], (item) => [item.sk, readBody(metricPoint, item)] as const),
      readableOf(rows ?? [], (item) => [item.sk, pointOf(name, item)] as const),
    ];
    const found = new Map(points.flatMap(({ items }) => items));
    const items = [...found].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, point]) => point);
    return { items, unreadable: points.flatMap(({ unreadable }) => unreadable) };
  },
});

const lacking = (executions: number): { readonly unread?: number } => (executions === 0 ? {} : { unread: executions });

const pointOf = (name: MetricName, item: Item) => {
  const { at, metrics, unread } = readBody(measured, item);
  return { name, at, value: metrics[name], ...lacking(unread ?? 0) };
};
