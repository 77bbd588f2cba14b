import { describe, expect, it } from "vitest";
import { nearArguments } from "../../../shared/contracts/near-arguments.ts";
import { saidOfPlace, saidOfSource } from "../../../shared/contracts/referred-outputs.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { contractOf } from "./contract-inputs.ts";

const creating = (output_schema?: JsonObject) =>
  contractOf("HIGH", { tool_name: "create", ...(output_schema === undefined ? {} : { output_schema }) });
const said = (path: string, output_schema?: JsonObject) => saidOfPlace({ path, from: "s1" }, creating(output_schema));

describe("a place in another step's output", () => {
  const order = {
    type: "object",
    properties: {
      number: { type: "string" },
      lines: { type: "array", items: { type: "object", properties: { id: {} } } },
    },
  };

  it("a place that a step's output can never have is refused before anything runs, with the near name", () => {
    expect(said("/nunber", { ...order, additionalProperties: false })).toEqual({
      kind: "refused",
      message:
        '"/nunber" in the output of step s1 cannot be there by the output_schema of create; did you mean "number"?',
    });
    expect(said("/number/first", order)).toMatchObject({ kind: "refused" });
    expect(said("/lines/0/ids", order)).toMatchObject({ kind: "refused", message: expect.stringContaining('"id"') });
  });

  it("a place near to one that an output's schema names is refused though others are allowed, and another is noted", () => {
    expect(said("/nunber", order)).toMatchObject({
      kind: "refused",
      message: expect.stringContaining("add it to the output_schema"),
    });
    expect(said("/customer", order)).toMatchObject({
      kind: "warning",
      message: expect.stringContaining("it names number, lines"),
    });
  });

  it("a place in another step's output that the schema names, or says nothing of, passes", () => {
    for (const path of ["", "/number", "/lines/0/id", "/lines/3"]) expect(said(path, order)).toBeUndefined();
    expect(said("/any", { type: "object" })).toBeUndefined();
    expect(said("/a", { anyOf: [{ properties: { a: {} } }, { properties: { b: {} } }] })).toBeUndefined();
    expect(said("/any")).toBeUndefined();
  });
});

describe("a value of another step's output", () => {
  const output: JsonObject = {
    type: "object",
    properties: {
      number: { type: "integer" },
      id: { anyOf: [{ type: "integer" }, { type: "string" }] },
      label: { enum: ["a"] },
      lines: { type: "array", items: { type: "string" } },
    },
  };
  const input: JsonObject = {
    type: "object",
    properties: { name: { type: "string" }, amount: { type: "number" }, any: {} },
  };
  const asFor = (path: string, at: string) =>
    saidOfSource(
      { path, at, from: "s1" },
      creating(output),
      contractOf("HIGH", { tool_name: "take", input_schema: input }),
    );

  it("a value that can never be of a type which the tool takes is refused before anything runs", () => {
    expect(asFor("/number", "/name")).toEqual({
      kind: "refused",
      message: '"/number" in the output of step s1 is integer by the output_schema of create; take takes string there',
    });
    expect(asFor("", "/name")).toMatchObject({ kind: "refused", message: expect.stringContaining("is object") });
    expect(asFor("/lines", "/amount")).toMatchObject({ kind: "refused" });
  });

  it.each([
    ["/number", "/amount"],
    ["/id", "/name"],
    ["/label", "/name"],
    ["/lines/0", "/name"],
    ["/lines", "/any"],
  ])("a value of %s may be taken for %s", (path, at) => {
    expect(asFor(path, at)).toBeUndefined();
  });
});

describe("an argument that the schema lets through without naming it", () => {
  const schema: JsonObject = {
    type: "object",
    properties: { limit: { type: "integer" }, filter: { type: "object", properties: { status: {} } } },
  };

  it("an argument that the schema does not name is noted with the name that it is near to, at any depth", () => {
    expect(nearArguments(schema, { limt: 5, filter: { stauts: "open" } })).toEqual([
      { at: "/limt", name: "limt", meant: "limit" },
      { at: "/filter/stauts", name: "stauts", meant: "status" },
    ]);
  });

  it("an unnamed argument passes without a note where the near one is given too, none is near, or names are data", () => {
    expect(nearArguments(schema, { limit: 1, limt: 5, colour: "red" })).toEqual([]);
    expect(nearArguments({ type: "object", additionalProperties: { type: "string" } }, { a: "b" })).toEqual([]);
    expect(nearArguments({ type: "object" }, { a: "b" })).toEqual([]);
  });

  it("an argument is not compared without end: a filter of kinds of itself, and eight thousand names beside as many, come to an end", () => {
    const kinds = ["and", "or", "not", "any", "all", "has", "in"].map((kind) => ({
      type: "object",
      properties: { [kind]: { $ref: "#/$defs/filter" }, of: { type: "array", items: { $ref: "#/$defs/filter" } } },
    }));
    const filters: JsonObject = {
      properties: { filter: { $ref: "#/$defs/filter" } },
      $defs: { filter: { anyOf: kinds } },
    };
    const nested = (levels: number): JsonObject => ({ of: levels === 0 ? [{ andd: {} }] : [nested(levels - 1)] });
    expect(nearArguments(filters, { filter: nested(20) })).toMatchObject([{ name: "andd", meant: "and" }]);

    const names = (start: string): JsonObject =>
      Object.fromEntries(Array.from({ length: 8_000 }, (_, n) => [`${start}_${String(n).padStart(4, "0")}`, {}]));
    const found = nearArguments({ type: "object", properties: names("place") }, names("plaec"));
    expect(found.length).toBeGreaterThan(10);
    expect(found.length).toBeLessThan(100);
  });
});
