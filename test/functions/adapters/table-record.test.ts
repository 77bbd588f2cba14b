import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { Item } from "../../../functions/adapters/table/item.ts";
import { bodyOf, readBody } from "../../../functions/adapters/table/record.ts";
import { RecordDamaged } from "../../../shared/ports/damaged.ts";

const named = z.strictObject({ name: z.string() });
const itemOf = (name: string): Item => ({ pk: name, sk: "-", ...bodyOf({ name }) });

describe("the record in an item", () => {
  it("the record in an item is read once while the same item is handed out", () => {
    const item = itemOf("a");
    expect(readBody(named, item)).toBe(readBody(named, item));
  });

  it("the record in an item is read anew from another item, though it has the same key", () => {
    expect(readBody(named, itemOf("a"))).not.toBe(readBody(named, itemOf("a")));
    expect(readBody(named, { ...itemOf("a"), ...bodyOf({ name: "b" }) })).toEqual({ name: "b" });
  });

  it("the record in an item is held to every schema it is asked for by, also where it was read by another", () => {
    const item = itemOf("a");
    readBody(named, item);
    expect(() => readBody(z.strictObject({ title: z.string() }), item)).toThrow(RecordDamaged);
    expect(readBody(named, item)).toEqual({ name: "a" });
  });

  it("the record in an item that got half a character all the same is read with a sign for it", () => {
    expect(readBody(named, itemOf("no \ud83d"))).toEqual({ name: "no \ufffd" });
    expect(readBody(named, itemOf("no \\ud83d"))).toEqual({ name: "no \\ud83d" });
  });

  it("the record in an item is the same after so many others that it was forgotten", () => {
    const item = itemOf("a");
    const first = readBody(named, item);
    for (let each = 0; each < 8_500; each += 1) expect(readBody(named, itemOf(`${each}`)).name).toBe(`${each}`);
    expect(readBody(named, item)).not.toBe(first);
    expect(readBody(named, item)).toEqual(first);
  });
});
