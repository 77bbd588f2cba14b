import { describe, expect, it } from "vitest";
import { readerOf } from "../../../../shared/contracts/schema/alternatives.ts";
import { placeInSchema } from "../../../../shared/contracts/schema/place-in-schema.ts";
import type { Json, JsonObject } from "../../../../shared/plan/json.ts";

/** A chain of definitions, each a choice of as many references to the next. */
const chain = (width: number, levels: number, last: Json): JsonObject => ({
  $ref: "#/$defs/a0",
  $defs: Object.fromEntries([
    ...Array.from({ length: levels }, (_, level) => [
      `a${level}`,
      { anyOf: Array.from({ length: width }, () => ({ $ref: `#/$defs/a${level + 1}` })) },
    ]),
    [`a${levels}`, last],
  ]),
});

describe("the ways to read a schema", () => {
  it("the ways to read a schema are each choice with what is said beside it, in the order they stand", () => {
    const root: JsonObject = {
      type: "object",
      anyOf: [{ required: ["a"] }, { $ref: "#/$defs/b" }],
      $defs: { b: { required: ["b"] } },
    };
    const { as, all } = readerOf(root)([root]);
    expect(as.map(({ required }) => required)).toEqual([["a"], ["b"]]);
    expect(as.map(({ type }) => type)).toEqual(["object", "object"]);
    expect(all).toBe(true);
  });

  it("the ways to read a schema are all there where they are a hundred, and said to be more where they are more", () => {
    const choice = (length: number) => ({ anyOf: Array.from({ length }, (_, n) => ({ const: n })) });
    const read = (schema: JsonObject) => readerOf(schema)([schema]);
    expect(read(choice(100))).toMatchObject({ as: { length: 100 }, all: true });
    expect(read(choice(101))).toMatchObject({ as: { length: 100 }, all: false });
    expect(read({ allOf: [choice(9), choice(12)] })).toMatchObject({ as: { length: 100 }, all: false });
  });

  it("the ways to read a schema are a few, no longer dozens, once large ones have used up the budget of what is put together", () => {
    const large = (from: number) => ({
      properties: Object.fromEntries(Array.from({ length: 400 }, (_, n) => [`p${from}_${n}`, {}])),
    });
    const choice = (from: number) => ({ anyOf: Array.from({ length: 10 }, (_, n) => large(10 * from + n)) });
    const root = { allOf: Array.from({ length: 12 }, (_, n) => choice(n)) };
    const { as, all } = readerOf(root)([root]);
    expect([as.length, all]).toEqual([12, false]);
  });

  it("the ways to read a schema are found by a bounded number of looks where choices of choices multiply", () => {
    const read = (schema: JsonObject) => readerOf(schema)([schema]);
    expect(read(chain(12, 7, { type: "string" }))).toMatchObject({ as: { length: 100 }, all: false });
    expect(read(chain(12, 7, false))).toEqual({ as: [], all: true });
    expect(read(chain(12, 40, { type: "string" }))).toEqual({ as: [], all: false });
  });
});

describe("a place in a schema", () => {
  const oneOfMany = (length: number): JsonObject => ({
    oneOf: Array.from({ length }, (_, n) => ({
      type: "object",
      properties: { [`of_${n}`]: { type: "string" } },
      additionalProperties: false,
    })),
  });

  it("a place in a schema is impossible where none of dozens of ways to read that has it", () => {
    expect(placeInSchema(oneOfMany(60), ["of_59"])).toMatchObject({ kind: "described" });
    expect(placeInSchema(oneOfMany(60), ["of_60"])).toMatchObject({ kind: "impossible" });
  });

  it("a place in a schema is left open where there are more ways to read that than are looked at", () => {
    expect(placeInSchema(oneOfMany(120), ["of_119"])).toEqual({ kind: "open" });
    expect(placeInSchema(oneOfMany(120), ["of_3"])).toMatchObject({ kind: "described" });
  });

  it("a place in a schema is found in a filter that refers to itself in a dozen ways, however deep it lies", () => {
    const kinds = Array.from({ length: 12 }, (_, n) => ({
      type: "object",
      properties: { of: { type: "array", items: { $ref: "#/$defs/filter" } }, [`op_${n}`]: { type: "string" } },
    }));
    const schema: JsonObject = {
      properties: { filter: { $ref: "#/$defs/filter" } },
      $defs: { filter: { anyOf: kinds } },
    };
    const deep = Array.from({ length: 30 }, () => ["of", "[]"]).flat();
    expect(placeInSchema(schema, ["filter", ...deep, "op_3"])).toMatchObject({ kind: "described" });
  });
});
