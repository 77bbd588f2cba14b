import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { operationsOver, type Rows } from "../../../functions/adapters/memory/operations.ts";
import { memoryRows } from "../../../functions/adapters/memory/table.ts";
import { keptRows } from "../../../local/database/kept-rows.ts";

const counted = () => {
  const counts = { items: 0, queries: 0 };
  const rows = memoryRows();
  const read: Rows = {
    ...rows,
    get: (key) => {
      counts.items += 1;
      return rows.get(key);
    },
    query: (pk, query) => {
      counts.queries += 1;
      const items = rows.query(pk, query);
      counts.items += items.length;
      return items;
    },
  };
  return { counts, rows: read, stored: operationsOver(rows) };
};

describe("rows that are kept so as not to be read again", () => {
  it("kept rows are read once, and what was written to their partition since is known", () => {
    const { counts, rows, stored } = counted();
    for (let n = 0; n < 100; n += 1) stored.put({ pk: "p", sk: `s${n}`, n });
    const kept = operationsOver(keptRows(rows));
    kept.query("p");
    expect(counts).toEqual({ items: 100, queries: 1 });
    kept.put({ pk: "p", sk: "s7", n: 700 });
    kept.update({ pk: "p", sk: "s8" }, { add: { n: 1 } });
    kept.delete({ pk: "p", sk: "s9" });
    const items = kept.query("p");
    expect(kept.get({ pk: "p", sk: "s9" })).toBeUndefined();
    expect(counts).toEqual({ items: 100, queries: 1 });
    expect(items).toEqual(stored.query("p"));
    expect(items.map(({ n }) => n)).toContain(700);
  });

  it("kept rows of a small partition are all read at the first question about some, else asked one by one", () => {
    const { counts, rows, stored } = counted();
    for (let n = 0; n < 10; n += 1) stored.put({ pk: "small", sk: `s${n}`, n });
    for (let n = 0; n < 100; n += 1) stored.put({ pk: "large", sk: `s${n}`, n });
    const kept = operationsOver(keptRows(rows));
    const last = { prefix: "s", descending: true, limit: 1 };
    for (let n = 0; n < 5; n += 1) {
      kept.put({ pk: "small", sk: `s9${n}`, n });
      kept.put({ pk: "large", sk: `s99${n}`, n });
      for (const pk of ["small", "large"]) expect(kept.query(pk, last)).toEqual(stored.query(pk, last));
    }
    expect(counts.queries).toBe(1 + 1 + 5);
  });

  it("kept rows are the same object until they are written", () => {
    const kept = operationsOver(keptRows(memoryRows()));
    kept.put({ pk: "p", sk: "s", n: 1 });
    const [first] = kept.query("p");
    expect(kept.query("p")[0]).toBe(first);
    expect(kept.get({ pk: "p", sk: "s" })).toBe(first);
    kept.put({ pk: "p", sk: "s", n: 2 });
    expect(kept.query("p")).toEqual([{ pk: "p", sk: "s", n: 2 }]);
  });

  it("kept rows hold no more than they may, and everything again after it was let go of", () => {
    const { counts, rows, stored } = counted();
    const kept = keptRows(rows, 10_000);
    for (let n = 0; n < 50; n += 1) stored.put({ pk: `p${n}`, sk: "s", text: "x".repeat(1_000) });
    for (let n = 0; n < 50; n += 1) kept.query(`p${n}`, {});
    counts.queries = 0;
    kept.query("p49", {});
    expect(counts.queries).toBe(0);
    kept.query("p0", {});
    expect(counts.queries).toBe(1);
    kept.forget();
    kept.query("p49", {});
    expect(counts.queries).toBe(2);
  });

  it("kept rows say what stands there, whatever was done to them and however little may be kept", () => {
    const key = fc.record({ pk: fc.constantFrom("p", "q", "r"), sk: fc.constantFrom("a", "ab", "b") });
    const operation = fc.record({
      does: fc.constantFrom("put", "add", "delete", "get", "query", "first", "forget"),
      at: key,
      text: fc.constantFrom("", "x".repeat(500), "x".repeat(1_500)),
    });
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
        const rows = memoryRows();
        const [stored, keeping] = [operationsOver(rows), keptRows(rows, 4_000)];
        const kept = operationsOver(keeping);
        for (const { does, at, text } of operations) {
          if (does === "put") kept.put({ ...at, text });
          if (does === "add") kept.update(at, { add: { n: 1 } });
          if (does === "delete") kept.delete(at);
          if (does === "forget") keeping.forget();
          if (does === "query") expect(kept.query(at.pk)).toEqual(stored.query(at.pk));
          if (does === "first") expect(kept.query(at.pk, { limit: 1 })).toEqual(stored.query(at.pk, { limit: 1 }));
          expect(kept.get(at)).toEqual(stored.get(at));
        }
      }),
      { numRuns: 300 },
    );
  });
});
