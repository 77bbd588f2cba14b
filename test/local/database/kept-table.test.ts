import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import type { Item, Table } from "../../../functions/adapters/table/table.ts";
import { keptTable } from "../../../local/database/kept-table.ts";
import { describeTable } from "../../ports/table.ts";

const read = (table: Table) => {
  const counts = { items: 0, queries: 0 };
  return {
    counts,
    table: {
      ...table,
      get: async (key): ReturnType<Table["get"]> => {
        counts.items += 1;
        return table.get(key);
      },
      query: async (pk, query): ReturnType<Table["query"]> => {
        counts.queries += 1;
        const items = await table.query(pk, query);
        counts.items += items.length;
        return items;
      },
    } satisfies Table,
  };
};

/** Every request reaches the table, and every answer comes back, when the scheduler says so. */
const scheduled = (table: Table, scheduler: fc.Scheduler): Table => {
  const slow = async <Value>(run: () => Promise<Value>): Promise<Value> => {
    await scheduler.schedule(Promise.resolve());
    const value = await run();
    await scheduler.schedule(Promise.resolve());
    return value;
  };
  return {
    get: (key) => slow(() => table.get(key)),
    getMany: (keys) => slow(() => table.getMany(keys)),
    put: (item, condition) => slow(() => table.put(item, condition)),
    update: (key, change, condition) => slow(() => table.update(key, change, condition)),
    delete: (key, condition) => slow(() => table.delete(key, condition)),
    query: (pk, query) => slow(() => table.query(pk, query)),
    queryIndex: (pk, query) => slow(() => table.queryIndex(pk, query)),
  };
};

const numberIn = (item: Item | undefined): number => Number(item?.n ?? 0);

describe("a table that keeps what it has read", () => {
  describeTable(async () => keptTable(memoryTable()));

  it("reads a partition once, and knows what was written to it since", async () => {
    const { table, counts } = read(memoryTable());
    for (let n = 0; n < 100; n += 1) await table.put({ pk: "p", sk: `s${n}`, n });
    const kept = keptTable(table);
    await kept.query("p");
    expect(counts).toEqual({ items: 100, queries: 1 });
    await kept.put({ pk: "p", sk: "s7", n: 700 });
    await kept.update({ pk: "p", sk: "s8" }, { add: { n: 1 } });
    await kept.delete({ pk: "p", sk: "s9" });
    const items = await kept.query("p");
    expect(await kept.get({ pk: "p", sk: "s9" })).toBeUndefined();
    expect(counts).toEqual({ items: 100, queries: 1 });
    expect(items).toEqual(await table.query("p", {}));
    expect(items.map(({ n }) => n)).toContain(700);
  });

  it("hands out the same item until it is written", async () => {
    const kept = keptTable(memoryTable());
    await kept.put({ pk: "p", sk: "s", n: 1 });
    const [first] = await kept.query("p");
    expect((await kept.query("p"))[0]).toBe(first);
    await kept.put({ pk: "p", sk: "s", n: 2 });
    expect(await kept.query("p")).toEqual([{ pk: "p", sk: "s", n: 2 }]);
  });

  it("reads again what a write was refused for, or failed at", async () => {
    const memory = memoryTable();
    const failing: Table = {
      ...memory,
      put: async (item, condition) => {
        await memory.put(item, condition);
        throw new Error("the reply was lost");
      },
    };
    const kept = keptTable(failing);
    await memory.put({ pk: "p", sk: "s", n: 1 });
    expect(await kept.query("p")).toEqual([{ pk: "p", sk: "s", n: 1 }]);
    await expect(kept.put({ pk: "p", sk: "s", n: 2 })).rejects.toThrow("lost");
    expect(await kept.get({ pk: "p", sk: "s" })).toEqual({ pk: "p", sk: "s", n: 2 });
    await expect(kept.put({ pk: "p", sk: "t", n: 3 })).rejects.toThrow("lost");
    expect((await kept.query("p")).map(numberIn)).toEqual([2, 3]);
  });

  it("holds no more than it may, and everything again after it was let go of", async () => {
    const { table, counts } = read(memoryTable());
    const kept = keptTable(table, 10_000);
    for (let n = 0; n < 50; n += 1) await table.put({ pk: `p${n}`, sk: "s", text: "x".repeat(1_000) });
    for (let n = 0; n < 50; n += 1) await kept.query(`p${n}`);
    counts.queries = 0;
    await kept.query("p49");
    expect(counts.queries).toBe(0);
    await kept.query("p0");
    expect(counts.queries).toBe(1);
    kept.forget();
    await kept.query("p49");
    expect(counts.queries).toBe(2);
  });

  it("never answers with less than was there when it was asked, whatever is under way at the same time", async () => {
    // Numbers that only grow: who reads one after a write was answered finds that write, or a later one.
    const operation = fc.record({
      does: fc.constantFrom("add", "put if absent", "get", "query", "put and delete another", "forget"),
      sk: fc.constantFrom("a", "b"),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.array(operation, { maxLength: 8 }), { minLength: 2, maxLength: 4 }),
        async (scheduler, actors) => {
          const memory = memoryTable();
          const kept = keptTable(scheduled(memory, scheduler), 2_000);
          const versions = new Map<string, number>();
          let version = 0;
          const atLeast = (sk: string): number => versions.get(sk) ?? 0;
          const saw = (least: number, item: Item | undefined): void =>
            expect(numberIn(item)).toBeGreaterThanOrEqual(least);
          const act = async ({ does, sk }: { does: string; sk: string }): Promise<void> => {
            const least = atLeast(sk);
            switch (does) {
              case "add": {
                const item = await kept.update({ pk: "p", sk }, { add: { n: 1 } });
                if (item !== "moved") versions.set(sk, Math.max(atLeast(sk), numberIn(item)));
                return;
              }
              case "put if absent":
                version += 1;
                await kept.put({ pk: "p", sk, n: 0, version }, { is: "absent", attribute: "pk" });
                return;
              case "get":
                return saw(least, await kept.get({ pk: "p", sk }));
              case "query": {
                const leasts = new Map([...versions]);
                for (const item of await kept.query("p")) saw(leasts.get(item.sk) ?? 0, item);
                return;
              }
              case "put and delete another":
                version += 1;
                await kept.put({ pk: "p", sk: "c", version });
                await kept.delete({ pk: "p", sk: "c" });
                return;
              default:
                return kept.forget();
            }
          };
          const all = actors.map(async (operations) => {
            for (const each of operations) await act(each);
          });
          await scheduler.waitFor(Promise.all(all));
          const asked = scheduler.waitFor(Promise.all([kept.query("p"), kept.get({ pk: "p", sk: "a" })]));
          const [items, item] = await asked;
          expect(items).toEqual(await memory.query("p"));
          expect(item).toEqual(await memory.get({ pk: "p", sk: "a" }));
        },
      ),
      { numRuns: 300 },
    );
  });
});
