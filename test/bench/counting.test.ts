import { expect, it } from "vitest";
import { countExecution } from "../../bench/cost/count-execution.ts";
import { ITEMS, usageOf } from "../../bench/cost/price.ts";
import { countingTable } from "../../bench/stack/counting-table.ts";
import { memoryTable } from "../../functions/adapters/memory/table.ts";
import { notThere } from "../../functions/adapters/table/conditions.ts";

const indexed = (gsi1pk: string, bytes: number) => ({
  pk: "EXEC#1",
  sk: "RECORD",
  gsi1pk,
  gsi1sk: "1",
  body: "x".repeat(bytes),
});

it("a write is weighed by the KB, in the index once more, and twice where its place there changes", async () => {
  const table = countingTable(memoryTable());
  await table.put(indexed("RUNNING", 1_500));
  expect(table.total()).toEqual({ writes: 1, reads: 0, write_units: 4, read_units: 0 });
  await table.put(indexed("RUNNING", 100));
  expect(table.total().write_units).toBe(8);
  table.reset();
  await table.put(indexed("ENDED", 1_500));
  expect(table.total().write_units).toBe(2 + 1 + 2);
  table.reset();
  expect(await table.put(indexed("ENDED", 10), notThere)).toBe("moved");
  expect(table.total()).toMatchObject({ writes: 1, write_units: 2 });
});

it("a read is weighed by four KB of all it finds, and half where it need not be consistent", async () => {
  const table = countingTable(memoryTable());
  for (const sk of ["1", "2", "3"]) {
    await table.put({ pk: "STEP#1", sk, gsi1pk: "ALL", gsi1sk: sk, body: "x".repeat(3_000) });
  }
  table.reset();
  await table.query("STEP#1");
  await table.queryIndex("ALL");
  await table.get({ pk: "STEP#1", sk: "none" });
  expect(table.total()).toEqual({ writes: 0, reads: 3, write_units: 0, read_units: 3 + 1.5 + 1 });
});

it("an execution counts the same every time, and something of everything that is paid for", async () => {
  const once = await countExecution("LIVE, approved", 5);
  expect(await countExecution("LIVE, approved", 5)).toEqual(once);
  expect(once.invocations).toMatchObject({ Submit: 1, Read: 1, Act: 1, Mock: 1, DryRun: 1, Live: 5, AwaitApproval: 1 });
  const usage = usageOf(once);
  expect(ITEMS.filter(([item]) => !(usage[item] > 0))).toEqual([]);
});

it("a plan of ten approved LIVE steps takes at most 50 state transitions, and each further step 3.5", async () => {
  const ten = await countExecution("LIVE, approved", 10);
  const twenty = await countExecution("LIVE, approved", 20);
  expect(ten.transitions).toBeLessThanOrEqual(50);
  expect((twenty.transitions - ten.transitions) / 10).toBeLessThanOrEqual(3.5);
});

it("what ended before costs a plan no more than a third of its reads, also after 1,000 within a day", async () => {
  const { aggregate, table } = await countExecution("LIVE", 10);
  const after = await countExecution("LIVE", 10, Array(1_000).fill(aggregate));
  expect(after.table.read_units).toBeLessThanOrEqual(1.3 * table.read_units);
});
