import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { aggregates } from "../../../functions/adapters/table/aggregates.ts";
import type { Item } from "../../../functions/adapters/table/item.ts";
import { hoursOfMonth } from "../../../functions/adapters/table/keys/of-measures.ts";
import type { Table } from "../../../functions/adapters/table/table.ts";
import { type Aggregate, addAggregates, emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { healthReport } from "../../../shared/health/report.ts";

const START = Date.parse("2026-02-26T10:30:00.000Z");
const MINUTE = 60_000;
const at = (minutes: number): string => new Date(START + minutes * MINUTE).toISOString();

const aggregateOf = (completed: number): Aggregate => ({
  ...emptyAggregate,
  executions: { completed, failed: completed % 3 },
  steps: { ...emptyAggregate.steps, total: completed, by_status: { LIVE: completed } },
});

/** Windows that anybody asks for: of a circuit, of health, of signals. */
const WINDOWS_IN_MINUTES = [15, 24 * 60, 7 * 24 * 60];

/** By hours what the rows themselves add up to, and health in the same words. */
const checkAgainstRows = async (table: Table, now: number): Promise<void> => {
  const fresh = aggregates(table);
  for (const window of WINDOWS_IN_MINUTES) {
    const [since, until] = [at(now - window), new Date(START + now * MINUTE + 1).toISOString()];
    const rows = (await fresh.between(since, until)).reduce(addAggregates, emptyAggregate);
    expect(await fresh.sumBetween(since, until)).toEqual(rows);
    expect(await aggregates(table).recent(window * 60, at(now))).toEqual(rows);
    const report = (sum: Aggregate) =>
      healthReport({ window: sum, at: at(now), execution_mode: "LIVE", active_executions: 0 });
    expect(report(await fresh.sumBetween(since, until))).toEqual(report(rows));
  }
};

const execution = fc.nat(12).map((n) => `e${n}`);
const happening = fc.oneof(
  fc.record({ kind: fc.constant("ends" as const), execution, told_late_by: fc.constantFrom(0, 1, 40, 300) }),
  fc.record({ kind: fc.constant("dies" as const), execution, after: fc.nat(3), told_late_by: fc.constantFrom(0, 90) }),
  fc.record({ kind: fc.constant("adds up" as const) }),
  fc.record({ kind: fc.constant("passes" as const), minutes: fc.constantFrom(1, 20, 59, 60, 600, 3_000) }),
  fc.record({ kind: fc.constant("loses" as const), sum: fc.nat() }),
  fc.record({ kind: fc.constant("is damaged" as const), sum: fc.nat() }),
);

/** A table of a process that dies: its writes fail from then on. */
const dying = (table: Table, after: number): Table => {
  let left = after;
  return {
    ...table,
    put: async (item, condition) => {
      if (left <= 0) throw new Error("it died");
      left -= 1;
      return table.put(item, condition);
    },
  };
};

/** One of the sums that stand there, if there is one. */
const oneOf = async (table: Table, place: number): Promise<Item | undefined> => {
  const months = ["2026-02", "2026-03"].map((month) => table.query(hoursOfMonth(month)));
  const sums = (await Promise.all(months)).flat().filter(({ body }) => body !== undefined);
  return sums[place % Math.max(1, sums.length)];
};

describe("sums of hours", () => {
  it("sums of hours are what the rows add up to, whatever ends late, dies in between, is lost or damaged", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 1, maxLength: 40 }), async (happened) => {
        const table = memoryTable();
        const here = aggregates(table);
        let [now, told] = [0, 0];
        for (const each of happened) {
          told += 1;
          switch (each.kind) {
            case "ends":
              await here.put(each.execution, at(now - each.told_late_by), aggregateOf(told), at(now));
              break;
            case "dies": {
              const dead = aggregates(dying(table, each.after));
              await dead.put(each.execution, at(now - each.told_late_by), aggregateOf(told), at(now)).catch(() => {});
              break;
            }
            case "adds up":
              await aggregates(table).rollUp(at(now));
              await here.rollUp(at(now));
              break;
            case "passes":
              now += each.minutes;
              break;
            case "loses": {
              const item = await oneOf(table, each.sum);
              if (item !== undefined) await table.delete(item);
              break;
            }
            case "is damaged": {
              const item = await oneOf(table, each.sum);
              if (item !== undefined) await table.put({ ...item, body: "{" });
              break;
            }
          }
          await checkAgainstRows(table, now);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("sums of hours lack nothing of an execution that is told of in the middle of being added up, also by one that dies", async () => {
    const lateOne = fc.record({ ended: fc.constantFrom(70, 130, 190), writes: fc.constantFrom(3, 99) });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(lateOne, { maxLength: 3 }), async (s, late) => {
        const table = memoryTable();
        for (const n of [60, 61, 120, 180]) await aggregates(table).put(`before${n}`, at(n), aggregateOf(n));
        const slow: Table = {
          ...table,
          put: s.scheduleFunction(table.put),
          get: s.scheduleFunction(table.get),
          query: s.scheduleFunction(table.query),
        };
        const now = 300;
        const told = late.map(({ ended, writes }, n) =>
          aggregates(dying(slow, writes))
            .put(`late${n}`, at(ended), aggregateOf(n + 1), at(now))
            .catch(() => {}),
        );
        await s.waitFor(Promise.all([...told, aggregates(slow).rollUp(at(now)), aggregates(slow).rollUp(at(now))]));
        await checkAgainstRows(table, now);
        await aggregates(table).rollUp(at(now));
        await checkAgainstRows(table, now);
      }),
    );
  });

  it("sums of hours are read in place of the rows, which then cost no more than those of the hours that are not over", async () => {
    const table = memoryTable();
    for (let n = 0; n < 1_000; n += 1) await aggregates(table).put(`e${n}`, at(n), aggregateOf(1));
    let read = 0;
    const counting: Table = {
      ...table,
      query: async (...asked) => {
        const found = await table.query(...asked);
        read += found.length;
        return found;
      },
    };
    const day = 86_400;
    expect((await aggregates(counting).recent(day, at(1_000))).executions.completed).toBe(1_000);
    expect(read).toBe(1_000);
    await aggregates(table).rollUp(at(1_000));
    read = 0;
    expect((await aggregates(counting).recent(day, at(1_000))).executions.completed).toBe(1_000);
    expect(read).toBeLessThan(80 + 17);
    // An execution that ended late is added up again with the next hour.
    await aggregates(table).put("late", at(100), aggregateOf(1), at(1_000));
    await aggregates(table).rollUp(at(1_000));
    read = 0;
    expect((await aggregates(counting).recent(day, at(1_000))).executions.completed).toBe(1_001);
    expect(read).toBeLessThan(80 + 17);
  });

  it.each([0, 1, 2])("sums of hours are added up again where one is lost: the %s. of three", async (place) => {
    const table = memoryTable();
    for (const n of [0, 60, 120]) await aggregates(table).put(`e${n}`, at(n), aggregateOf(1));
    const sums = () => table.query(hoursOfMonth("2026-02"));
    await aggregates(table).rollUp(at(300));
    const before = await sums();
    const lost = before[place];
    if (lost === undefined) throw new Error("nothing was added up");
    await table.delete(lost);
    await checkAgainstRows(table, 300);
    await aggregates(table).rollUp(at(300));
    expect((await sums()).map(({ sk, body }) => ({ sk, body }))).toEqual(before.map(({ sk, body }) => ({ sk, body })));
  });

  it("sums of hours are not read where one who wrote into their hour died before saying so", async () => {
    const table = memoryTable();
    await aggregates(table).put("before", at(0), aggregateOf(1));
    await aggregates(table).rollUp(at(300));
    let dead = false;
    const died: Table = {
      ...table,
      put: async (item, condition) => {
        if (dead) throw new Error("it died");
        dead = item.sk.endsWith("#late");
        // Somebody adds everything up at the last moment before the row stands there.
        if (dead) await aggregates(table).rollUp(at(400));
        return table.put(item, condition);
      },
    };
    await expect(aggregates(died).put("late", at(10), aggregateOf(2), at(300))).rejects.toThrow("it died");
    await checkAgainstRows(table, 400);
    await aggregates(table).rollUp(at(500));
    await checkAgainstRows(table, 500);
  });

  it("sums of hours have the one execution that a caller asks for, also where it is told of after its hour was added up", async () => {
    const table = memoryTable();
    await aggregates(table).put("early", at(0), aggregateOf(1));
    await aggregates(table).rollUp(at(120));
    const elsewhere = aggregates(table);
    const completed = async (options = {}) => (await elsewhere.recent(86_400, at(121), options)).executions.completed;
    expect(await completed()).toBe(1);
    await aggregates(table).put("late", at(10), aggregateOf(5), at(121));
    await aggregates(table).rollUp(at(240));
    expect(await completed({ including: "late" })).toBe(6);
    expect(await completed({ except: "late" })).toBe(1);
  });
});

describe("a busy hour", () => {
  it("a busy hour is added up page by page: no more rows are held than one answer has, and none is lost between", async () => {
    const table = memoryTable();
    const writer = aggregates(table);
    // Two hours, several pages each, the edge of a page inside a moment as well.
    for (let n = 0; n < 1_300; n += 1) await writer.put(`e${n}`, at(Math.floor(n / 20)), aggregateOf(1));
    const answers: number[] = [];
    const watched: Table = {
      ...table,
      query: async (pk, query) => {
        const items = await table.query(pk, query);
        answers.push(items.length);
        return items;
      },
    };
    const reader = aggregates(watched);
    const completed = async (since: number, until: number) =>
      (await reader.sumBetween(at(since), at(until))).executions.completed;
    expect([await completed(-1, 65), await completed(0, 30), await completed(7, 7)]).toEqual([1_300, 600, 0]);
    await reader.rollUp(at(300));
    expect([await completed(-1, 65), await completed(0, 30)]).toEqual([1_300, 600]);
    expect((await reader.between(at(-1), at(65))).length).toBe(1_300);
    expect(await reader.recent(24 * 3_600, at(301), { except: "e7" })).toMatchObject({
      executions: { completed: 1_299 },
    });
    expect(Math.max(...answers)).toBeLessThanOrEqual(500);
  });
});
