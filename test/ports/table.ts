import { describe, expect, it } from "vitest";
import { InvalidItem, type Item, ItemTooLarge, MAX_ITEM_BYTES } from "../../functions/adapters/table/item.ts";
import type { MakeTable } from "./engines.ts";
import { AWKWARD, numbers } from "./records.ts";

const absent = { is: "absent", attribute: "pk" } as const;
const padded = (n: number): string => String(n).padStart(4, "0");
const sortKeys = (items: readonly Item[]): string[] => items.map(({ sk }) => sk);

export const describeTable = (makeTable: MakeTable): void => {
  describe("a table", () => {
    it("a table gives back what was put, whatever the text", async () => {
      const table = await makeTable();
      const item = { pk: AWKWARD, sk: AWKWARD, text: AWKWARD, empty: "", number: -7, yes: true, no: false };
      expect(await table.put(item)).toBe("written");
      expect(await table.get({ pk: AWKWARD, sk: AWKWARD })).toEqual(item);
      expect(await table.get({ pk: AWKWARD, sk: "other" })).toBeUndefined();
    });

    it("a table is not changed by what becomes of the item that was put", async () => {
      const table = await makeTable();
      const item = { pk: "p", sk: "s", n: 1 };
      await table.put(item);
      item.n = 2;
      expect(await table.get({ pk: "p", sk: "s" })).toEqual({ pk: "p", sk: "s", n: 1 });
    });

    it("a table lets exactly one of many put what must be absent", async () => {
      const table = await makeTable();
      const outcomes = await Promise.all(numbers(40).map((n) => table.put({ pk: "p", sk: "s", n }, absent)));
      expect(outcomes.filter((outcome) => outcome === "written")).toHaveLength(1);
    });

    it("a table adds up what many add at once", async () => {
      const table = await makeTable();
      await Promise.all(numbers(40).map((n) => table.update({ pk: "p", sk: "s" }, { add: { sum: n } })));
      expect((await table.get({ pk: "p", sk: "s" }))?.sum).toBe(820);
    });

    it("a table tells the item after a change", async () => {
      const table = await makeTable();
      await table.put({ pk: "p", sk: "s", a: 1, b: 2, c: 3 });
      const item = await table.update({ pk: "p", sk: "s" }, { set: { a: "x" }, add: { b: 1 }, remove: ["c", "d"] });
      expect(item).toEqual({ pk: "p", sk: "s", a: "x", b: 3 });
      expect(await table.get({ pk: "p", sk: "s" })).toEqual(item);
    });

    it("a table takes reserved words and any text as names of attributes", async () => {
      const table = await makeTable();
      const change = { set: { status: "x", "a.b#c:d[0]": 1, size: 2, [AWKWARD]: 3 } };
      const condition = { is: "absent", attribute: "status" } as const;
      expect(await table.update({ pk: "p", sk: "s" }, change, condition)).toEqual({ pk: "p", sk: "s", ...change.set });
      expect(await table.update({ pk: "p", sk: "s" }, change, condition)).toBe("moved");
    });

    it("a table refuses an item over 400 KB by an error that names the limit, and keeps the old one", async () => {
      const table = await makeTable();
      await table.put({ pk: "p", sk: "s", n: 1 });
      const body = "x".repeat(MAX_ITEM_BYTES);
      await expect(table.put({ pk: "p", sk: "s", body })).rejects.toThrow(/limit of 409600 bytes \(400 KB\)/);
      await expect(table.update({ pk: "p", sk: "s" }, { set: { body } })).rejects.toThrow(ItemTooLarge);
      await table.update({ pk: "p", sk: "s" }, { set: { a: "x".repeat(300_000) } });
      await expect(table.update({ pk: "p", sk: "s" }, { set: { b: "x".repeat(300_000) } })).rejects.toThrow(
        ItemTooLarge,
      );
      expect(await table.get({ pk: "p", sk: "s" })).toEqual({ pk: "p", sk: "s", n: 1, a: "x".repeat(300_000) });
    });

    it("a table counts bytes, not characters", async () => {
      const table = await makeTable();
      expect(await table.put({ pk: "p", sk: "s", body: "x".repeat(300_000) })).toBe("written");
      await expect(table.put({ pk: "p", sk: "s", body: "名".repeat(150_000) })).rejects.toThrow(ItemTooLarge);
    });

    it.each([
      ["a fraction", { pk: "p", sk: "s", n: 0.5 }],
      ["not a number", { pk: "p", sk: "s", n: Number.NaN }],
      ["a number that JavaScript cannot count to", { pk: "p", sk: "s", n: 2 ** 53 }],
      ["half a surrogate pair", { pk: "p", sk: "s", text: "\ud800" }],
      ["an empty key", { pk: "p", sk: "" }],
      ["an empty key of the index", { pk: "p", sk: "s", gsi1pk: "" }],
      ["a key that is too long", { pk: "p", sk: "x".repeat(1_025) }],
    ])("a table refuses %s", async (_, item) => {
      const table = await makeTable();
      await expect(table.put(item)).rejects.toThrow(InvalidItem);
    });

    it.each([
      ["of a key", { set: { sk: "t" } }],
      ["of one attribute twice", { set: { n: 1 }, remove: ["n"] }],
      ["that adds to text", { add: { text: 1 } }],
      ["to a fraction", { add: { n: 0.5 } }],
    ])("a table refuses a change %s", async (_, change) => {
      const table = await makeTable();
      await table.put({ pk: "p", sk: "s", text: "5", n: 1 });
      await expect(table.update({ pk: "p", sk: "s" }, change)).rejects.toThrow(InvalidItem);
    });

    it("a table reads many items by key, those that exist, each once", async () => {
      const table = await makeTable();
      await Promise.all(numbers(230).map((n) => table.put({ pk: `p${n % 3}`, sk: padded(n), n })));
      const keys = numbers(240).map((n) => ({ pk: `p${n % 3}`, sk: padded(n) }));
      const items = await table.getMany([...keys, ...keys.slice(0, 3)]);
      expect(items.map((item) => Number(item.n)).toSorted((one, other) => one - other)).toEqual(numbers(230));
      expect(await table.getMany([])).toEqual([]);
    });

    it("a table is queried by partition: in order, with prefix, start, limit and direction", async () => {
      const table = await makeTable();
      for (const sk of ["b2", "a1", "b1", "b3", "c1", "b"]) await table.put({ pk: "p", sk });
      await table.put({ pk: "q", sk: "b4" });
      expect(sortKeys(await table.query("p"))).toEqual(["a1", "b", "b1", "b2", "b3", "c1"]);
      expect(sortKeys(await table.query("p", { descending: true, limit: 2 }))).toEqual(["c1", "b3"]);
      expect(sortKeys(await table.query("p", { prefix: "b" }))).toEqual(["b", "b1", "b2", "b3"]);
      expect(sortKeys(await table.query("p", { prefix: "b", descending: true, limit: 1 }))).toEqual(["b3"]);
      expect(sortKeys(await table.query("p", { prefix: "b", after: "b1" }))).toEqual(["b2", "b3"]);
      expect(sortKeys(await table.query("p", { prefix: "b", after: "b2", descending: true }))).toEqual(["b1", "b"]);
      expect(sortKeys(await table.query("p", { after: "b2x", limit: 1 }))).toEqual(["b3"]);
      expect(sortKeys(await table.query("p", { after: "b2x", descending: true, limit: 1 }))).toEqual(["b2"]);
      expect(await table.query("r")).toEqual([]);
    });

    it("a table sorts by UTF-8 bytes, where emoji come after everything else", async () => {
      const table = await makeTable();
      for (const sk of ["🧪", "\uffff", "z", "é", "a"]) await table.put({ pk: "p", sk });
      expect(sortKeys(await table.query("p"))).toEqual(["a", "z", "é", "\uffff", "🧪"]);
    });

    it("a table is read whole, beyond one page of 1 MB", async () => {
      const table = await makeTable();
      await Promise.all(numbers(12).map((n) => table.put({ pk: "p", sk: padded(n), body: "x".repeat(300_000) })));
      expect(sortKeys(await table.query("p"))).toEqual(numbers(12).map(padded));
      expect(sortKeys(await table.query("p", { limit: 7, descending: true }))).toHaveLength(7);
    });

    it("a table keeps its index in step with puts, changes and deletions", async () => {
      const table = await makeTable();
      const index = async (pk: string) => sortKeys(await table.queryIndex(pk));
      for (const n of numbers(3)) await table.put({ pk: "p", sk: `s${n}`, gsi1pk: "g", gsi1sk: padded(n) });
      expect(await index("g")).toEqual(["s1", "s2", "s3"]);
      await table.update({ pk: "p", sk: "s2" }, { set: { gsi1pk: "h" } });
      await table.update({ pk: "p", sk: "s1" }, { remove: ["gsi1sk"] });
      expect([await index("g"), await index("h")]).toEqual([["s3"], ["s2"]]);
      await table.put({ pk: "p", sk: "s3" });
      await table.delete({ pk: "p", sk: "s2" });
      expect([await index("g"), await index("h")]).toEqual([[], []]);
    });

    it("a table is queried by index on from any sort key, both ways", async () => {
      const table = await makeTable();
      for (const n of numbers(9)) await table.put({ pk: `p${n}`, sk: "s", gsi1pk: "g", gsi1sk: padded(n) });
      const keys = (items: readonly Item[]) => items.map((item) => Number(item.gsi1sk));
      expect(keys(await table.queryIndex("g", { after: "0004x", limit: 2 }))).toEqual([5, 6]);
      expect(keys(await table.queryIndex("g", { after: "0004", descending: true }))).toEqual([3, 2, 1]);
    });

    it("a table deletes on a condition, and an item that is gone as well", async () => {
      const table = await makeTable();
      await table.put({ pk: "p", sk: "s", n: 1 });
      expect(await table.delete({ pk: "p", sk: "s" }, { is: "=", attribute: "n", value: 2 })).toBe("moved");
      expect(await table.delete({ pk: "p", sk: "s" }, { is: "=", attribute: "n", value: 1 })).toBe("deleted");
      expect(await table.delete({ pk: "p", sk: "s" }, { is: "=", attribute: "n", value: 1 })).toBe("moved");
      expect(await table.delete({ pk: "p", sk: "s" })).toBe("deleted");
    });
  });
};
