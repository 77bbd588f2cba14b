import { expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { metricHistory } from "../../../functions/adapters/table/metric-history.ts";
import { emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { metricsOf } from "../../../shared/health/metrics.ts";

it("values that an earlier release wrote, a row for each metric, stand among those of this one, each once", async () => {
  const table = memoryTable();
  const history = metricHistory(table);
  const at = (minute: number) => `2026-01-01T00:0${minute}:00.000Z`;
  const earlier = (minute: number, execution_id: string) =>
    table.put({
      pk: "METRIC#=approval_rate",
      sk: `${at(minute)}#${execution_id}#1`,
      body: JSON.stringify({ name: "approval_rate", at: at(minute), value: minute / 10 }),
    });
  const metrics = (approval_rate: number) => ({ ...metricsOf(emptyAggregate, null), approval_rate });
  await earlier(3, "e3");
  await earlier(1, "e1");
  // Its Health was stopped by the upgrade between two rows, and was run again.
  await earlier(2, "e2");
  await history.put("e2", 1, { timestamp: at(2), metrics: metrics(0.2) });
  await history.put("e4", 1, { timestamp: at(4), metrics: metrics(0.4) });
  const { items: read } = await history.read("approval_rate", at(1), at(5));
  expect(read.map(({ value }) => value)).toEqual([0.1, 0.2, 0.3, 0.4]);
});
