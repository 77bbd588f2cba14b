import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { templateFault } from "../../../shared/contracts/resource-template.ts";
import { resourceKeysOverlap, resourcesOf } from "../../../shared/contracts/resources.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { ArgumentSource } from "../../../shared/plan/tool-execution-plan.ts";

const keyOf = (key: string, args: JsonObject, sources: ArgumentSource[] = []) =>
  resourcesOf({ resources: [{ key, access: "write" }], input_schema: {} }, args, sources)[0];
const fed = (at: string): ArgumentSource => ({ at, from: "s1", path: "/x" });

const anyTemplate = fc.constantFrom(
  "r:{a}:{b}",
  "r/{a}/{b}",
  "{a}-{b}",
  "{a}.{b}",
  "{a}_{b}",
  "{a}@{b}",
  "x:{a}::{b}:y",
  "{a}%{b}",
);
const anyText = fc.string({
  unit: fc.constantFrom("a", "1", ":", "/", "-", ".", "_", "@", "%", "~", "*", "%2A", "{", "ü", "\n", ""),
});

describe("resource keys", () => {
  it("resource keys are filled in from arguments, nested ones too", () => {
    expect(keyOf("ghl:contact:{contact_id}", { contact_id: "c-1_x" })).toEqual({
      key: "ghl:contact:c-1_x",
      access: "write",
      unresolved: false,
    });
    expect(keyOf("x:{a.b.0}", { a: { b: ["deep"] } })?.key).toBe("x:deep");
    expect(keyOf("ghl:contacts", {})?.key).toBe("ghl:contacts");
  });

  it("resource keys stay open where a $from feeds the place, its parent or a part of it", () => {
    const open = { key: "x:*", access: "write", unresolved: true };
    expect(keyOf("x:{a.b}", { a: { b: {} } }, [fed("/a/b")])).toEqual(open);
    expect(keyOf("x:{a.b}", { a: {} }, [fed("/a")])).toEqual(open);
    expect(keyOf("x:{a}", { a: { b: 1 } }, [fed("/a/b")])).toEqual(open);
    expect(keyOf("x:{a}", {}, [fed("")])).toEqual(open);
    expect(keyOf("x:{a}", { a: "known", ab: {} }, [fed("/ab")])).toMatchObject({ key: "x:known", unresolved: false });
  });

  it("resource keys are left out where there is no argument to name them", () => {
    expect(keyOf("page:{url}", {})).toBeUndefined();
    expect(keyOf("page:{url}", { url: null })).toBeUndefined();
    expect(keyOf("page:{url}", JSON.parse("{}"))).toBeUndefined();
    expect(keyOf("page:{constructor}", {})).toBeUndefined();
  });

  it("resource keys treat a number and its text as one resource, and structures by their content", () => {
    expect(keyOf("x:{a}", { a: 5 })).toEqual(keyOf("x:{a}", { a: "5" }));
    expect(keyOf("x:{a}", { a: { p: 1, q: 2 } })).toEqual(keyOf("x:{a}", { a: { q: 2, p: 1 } }));
    expect(keyOf("x:{a}", { a: [1] })).not.toEqual(keyOf("x:{a}", { a: "[1]" }));
  });

  it("resource keys differ whenever the arguments differ", () => {
    fc.assert(
      fc.property(anyTemplate, anyText, anyText, anyText, anyText, (template, a, b, c, d) => {
        fc.pre(templateFault(template) === undefined);
        const same = a === c && b === d;
        expect(keyOf(template, { a, b })?.key === keyOf(template, { a: c, b: d })?.key).toBe(same);
      }),
      { numRuns: 3_000 },
    );
  });

  it("resource keys overlap, while open, with everything they may become", () => {
    fc.assert(
      fc.property(
        anyTemplate,
        anyText,
        anyText,
        fc.subarray(["/a", "/b"], { minLength: 1 }),
        (template, a, b, places) => {
          fc.pre(templateFault(template) === undefined);
          const closed = keyOf(template, { a, b });
          const open = keyOf(template, { a, b }, places.map(fed));
          if (closed === undefined || open === undefined) throw new Error("not filled");
          expect(resourceKeysOverlap(open, closed)).toBe(true);
          expect(resourceKeysOverlap(closed, open)).toBe(true);
          expect(resourceKeysOverlap(open, open)).toBe(true);
        },
      ),
    );
  });

  it("resource keys of other templates, or with another known place, do not overlap", () => {
    const overlap = (a: string, b: string) =>
      resourceKeysOverlap({ key: a, unresolved: a.includes("*") }, { key: b, unresolved: b.includes("*") });
    expect(overlap("ghl:contact:*", "ghl:contacts")).toBe(false);
    expect(overlap("ghl:contact:*", "mployer:contact:1")).toBe(false);
    expect(overlap("r:*:2", "r:1:3")).toBe(false);
    expect(overlap("r:*:2", "r:1:*")).toBe(true);
    expect(overlap("r:1", "r:2")).toBe(false);
  });
});

describe("a place for which a call gives no argument", () => {
  const keysOf = (schema: JsonObject, args: JsonObject, key = "file:{path}") =>
    resourcesOf({ resources: [{ key, access: "write" }], input_schema: schema }, args, []).map((each) => each.key);

  it("a place without an argument is filled by the schema's default, so that both ways to write one call touch one thing", () => {
    const schema: JsonObject = { type: "object", properties: { path: { type: "string", default: "notes.txt" } } };
    expect(keysOf(schema, {})).toEqual(["file:notes.txt"]);
    expect(keysOf(schema, { path: "notes.txt" })).toEqual(["file:notes.txt"]);
    expect(keysOf(schema, { path: "other.txt" })).toEqual(["file:other.txt"]);
    expect(keysOf(schema, { path: null })).toEqual([]);
  });

  it("a place without an argument is filled by a reference too, inside an object, and in each element of a list", () => {
    const schema: JsonObject = {
      $defs: { name: { type: "string", default: "main" } },
      type: "object",
      properties: {
        in: { type: "object", properties: { branch: { $ref: "#/$defs/name" } } },
        all: { type: "array", items: { type: "object", properties: { branch: { $ref: "#/$defs/name" } } } },
      },
    };
    expect(keysOf(schema, {}, "b:{in.branch}")).toEqual(["b:main"]);
    expect(keysOf(schema, { all: [{ branch: "x" }, {}] }, "b:{all[].branch}")).toEqual(["b:x", "b:main"]);
    expect(keysOf(schema, {}, "b:{all[].branch}")).toEqual([]);
  });

  it("a place without an argument names nothing where the schema says nothing, or one thing or another", () => {
    expect(keysOf({ type: "object", properties: { path: { type: "string" } } }, {})).toEqual([]);
    const either = { anyOf: [{ default: "a" }, { default: "b" }] };
    expect(keysOf({ type: "object", properties: { path: either } }, {})).toEqual([]);
    // Nobody knows of a name that no schema names until it is given.
    expect(keysOf({ type: "object", additionalProperties: { default: "a" } }, {})).toEqual([]);
    expect(keysOf({ type: "object", patternProperties: { "^p": { default: "a" } } }, {})).toEqual([]);
  });
});

describe("lists that name many resources", () => {
  const keys = (args: JsonObject, key = "copy:{from[]}:{to[]}:{on}") =>
    resourcesOf({ resources: [{ key, access: "write" }], input_schema: {} }, args, []);
  const numbered = (length: number) => Array.from({ length }, (_, n) => n);

  it("lists that name many resources name each of them as far as one step may", () => {
    expect(keys({ from: numbered(10), to: numbered(10), on: "d" })).toHaveLength(100);
    expect(keys({ from: numbered(10).fill(1), to: numbered(50).fill(2), on: "d" })).toEqual([
      { key: "copy:1:2:d", access: "write", unresolved: false },
    ]);
  });

  it.each([
    ["multiply beyond that", { from: numbered(8_000), to: numbered(8_000), on: "d" }, "copy:*:*:d"],
    ["name one more", { from: numbered(101), to: [1], on: "d" }, "copy:*:*:d"],
  ])("lists that name many resources are one key that may be any of them where they %s", (_what, args, key) => {
    expect(keys(args)).toEqual([{ key, access: "write", unresolved: true }]);
  });

  it("lists that name many resources end as soon where one is empty beneath a long one", () => {
    expect(keys({ from: numbered(8_000), to: [] }, "copy:{from[]}:{to[]}")).toHaveLength(1);
  });
});
