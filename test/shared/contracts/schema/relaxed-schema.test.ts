import { expect, it } from "vitest";
import { relaxedSchema } from "../../../../shared/contracts/schema/relaxed-schema.ts";
import { compileSchema } from "../../../../shared/contracts/schema/validator.ts";
import type { Json, JsonObject } from "../../../../shared/plan/json.ts";
import { must } from "../../../harness/people.ts";

const isRefused = (schema: JsonObject, value: Json): boolean => !must(compileSchema(schema))(value);
const isRelaxedRefused = (schema: JsonObject, open: string[], value: Json): boolean =>
  isRefused(relaxedSchema(schema, open) ?? {}, value);

const A = { type: "object", properties: { a: { type: "string" } } };
const needs = (...required: string[]) => ({ required });
const when = (is: Json, asks: Json): JsonObject => ({
  if: is,
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
  then: asks,
});
const a = (schema: JsonObject) => ({ properties: { a: schema } });

it.each<[string, JsonObject, string[], Json]>([
  ["a name that is missing", { ...A, ...needs("b") }, ["/a"], { a: null }],
  ["a value beside it", { properties: { b: { const: 1 } } }, ["/a"], { a: null, b: 2 }],
  ["a name too many", { ...A, additionalProperties: false }, ["/a"], { a: null, b: 1 }],
  ["a choice of what is missing", { anyOf: [{ ...A, ...needs("b") }, needs("c")] }, ["/a"], { a: null }],
  ["one form of several", { oneOf: [{ ...A, ...needs("b") }, needs("c")] }, ["/a"], { a: null }],
  ["too many forms", { oneOf: [needs("a"), needs("b")] }, ["/a"], { a: null, b: 1 }],
  ["a form it must not have", { not: needs("b") }, ["/a"], { a: null, b: 1 }],
  ["a case that is known", when(needs("b"), needs("c")), ["/a"], { a: null, b: 1 }],
  ["by reference", { $ref: "#/$defs/x", $defs: { x: { ...A, ...needs("b") } } }, ["/a"], { a: null }],
  [
    "beside it by reference",
    { properties: { b: { $ref: "#/properties/c" }, c: { type: "string" } } },
    ["/c"],
    { b: 1 },
  ],
  ["in a list", { items: { ...A, ...needs("b") } }, ["/0/a"], [{ a: null, b: 1 }, { a: "" }]],
  [
    "in a draft of its own",
    { $schema: "http://json-schema.org/draft-07/schema#", items: [A, { type: "string" }] },
    ["/0/a"],
    [{ a: null }, 2],
  ],
])("a relaxed schema refuses what no open value mends: %s", (_, schema, open, value) => {
  expect(isRelaxedRefused(schema, open, value)).toBe(true);
});

it.each<[string, JsonObject, string[], Json]>([
  ["its own value", { ...A, properties: { a: { type: "string" } } }, ["/a"], { a: null }],
  ["below it", { ...A, properties: { a: needs("x") } }, ["/a"], { a: {} }],
  ["a whole of which it is a part", { enum: [{ a: 1 }] }, ["/a"], { a: null }],
  ["a choice that it may meet", { anyOf: [needs("b"), a({ const: 1 })] }, ["/a"], { a: null }],
  ["forms of which it may leave one", { oneOf: [needs("b"), a({ type: "null" })] }, ["/a"], { a: null, b: 1 }],
  ["a case that it may leave", when(a({ type: "null" }), needs("b")), ["/a"], { a: null }],
  ["a case that it may be", { if: a({ const: 1 }), else: needs("b") }, ["/a"], { a: null }],
  ["a form that it may leave", { not: a({ type: "null" }) }, ["/a"], { a: null }],
  ["a list that it may be in", { contains: { const: 1 } }, ["/0"], [null]],
  ["values that may differ", { uniqueItems: true }, ["/0"], [null, null]],
  [
    "names that a form knows which it may have",
    { anyOf: [{ properties: { b: {}, a: { const: 1 } } }, {}], unevaluatedProperties: { type: "number" }, ...A },
    ["/a"],
    { a: null, b: "" },
  ],
  ["names of a pattern", { patternProperties: { a: { const: 1 } }, additionalProperties: false }, ["/a"], { a: null }],
  ["a negation by reference", { not: { $ref: "#/$defs/x" }, $defs: { x: a({ type: "null" }) } }, ["/a"], { a: null }],
  [
    "a schema that holds itself",
    { properties: { n: { $ref: "#" }, a: { const: 1 } } },
    ["/n/n/a"],
    { n: { n: { a: null } } },
  ],
])("a relaxed schema takes what an open value may mend: %s", (_, schema, open, value) => {
  expect(isRelaxedRefused(schema, open, value)).toBe(false);
});

it("a relaxed schema of choices that lead to more choices without end is made all the same, and says little", () => {
  const next = (level: number) => Array.from({ length: 8 }, () => ({ $ref: `#/$defs/a${level}` }));
  const levels = Array.from({ length: 20 }, (_, level): [string, Json] => [`a${level}`, { anyOf: next(level + 1) }]);
  const schema = { anyOf: next(0), ...needs("b"), $defs: { ...Object.fromEntries(levels), a20: a({ const: 1 }) } };
  expect(isRelaxedRefused(schema, ["/a"], { a: null, b: 1 })).toBe(false);
  expect(isRelaxedRefused(schema, ["/a"], { a: null })).toBe(true);
});
