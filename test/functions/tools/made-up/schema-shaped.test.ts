import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mockSeed } from "../../../../functions/tools/mock-seed.ts";
import { madeUpOutput } from "../../../../functions/tools/schema-shaped.ts";
import { unfitOutput } from "../../../../shared/contracts/input-schema.ts";
import type { Json, JsonObject } from "../../../../shared/plan/json.ts";
import { publishedServers } from "../../../fixtures/published-tools.ts";

const made = (output_schema: JsonObject, args: JsonObject = {}): Json =>
  madeUpOutput({ input_schema: {}, output_schema }, args, mockSeed("tool", args));

/** Why what is made up of a schema does not fit it; null where it does. */
const unfit = (schema: JsonObject, args: JsonObject = {}): string | null =>
  unfitOutput({ tool_name: "tool", output_schema: schema }, made(schema, args));

describe("a made-up output", () => {
  it.each(publishedServers)("a made-up output fits the schemas that it is made from: $package", ({ tools }) => {
    const schemas = tools.flatMap(({ name, inputSchema, outputSchema }) => [
      { name, schema: inputSchema },
      ...(outputSchema === undefined ? [] : [{ name, schema: outputSchema }]),
    ]);
    expect(schemas.map(({ name, schema }) => [name, unfit(schema)]).filter(([, why]) => why !== null)).toEqual([]);
  });

  it.each([
    "^a{30000000}$",
    "^(a{1000}){1000}$",
    `^(a)${Array.from({ length: 40 }, (_, n) => `(\\${n + 1}\\${n + 1})`).join("")}$`,
  ])("a made-up output leaves out a text that nobody has room for: %s", (pattern) => {
    expect(
      made({ type: "object", properties: { code: { type: "string", pattern }, id: { type: "integer" } } }),
    ).toEqual({
      id: expect.any(Number),
    });
  });

  it("a made-up output comes to an end where choices of choices multiply", () => {
    const levels = Object.fromEntries(
      Array.from({ length: 8 }, (_, n) => [
        `a${n}`,
        n === 7 ? { type: "integer" } : { anyOf: Array.from({ length: 12 }, () => ({ $ref: `#/$defs/a${n + 1}` })) },
      ]),
    );
    const schema = { type: "object", required: ["x"], properties: { x: { $ref: "#/$defs/a0" } }, $defs: levels };
    expect(made(schema)).toEqual({ x: expect.any(Number) });
  });

  it.each<[string, JsonObject]>([
    ["a reference", { properties: { a: { $ref: "#/$defs/a" } }, $defs: { a: { type: "string", minLength: 3 } } }],
    ["a choice", { properties: { a: { anyOf: [{ type: "null" }, { type: "integer", minimum: 5 }] } } }],
    [
      "one of several",
      { properties: { a: { oneOf: [{ type: "string" }, { type: "string", minLength: 2 }, { type: "number" }] } } },
    ],
    ["a pattern", { properties: { a: { type: "string", pattern: "^[A-Z]{3}-\\d{4}$" } } }],
    [
      "two patterns",
      { properties: { a: { allOf: [{ pattern: "^[a-z]+$" }, { pattern: "^.{5}$" }], type: "string" } } },
    ],
    ["a name that asks for another", { properties: { a: { type: "string" } }, dependentRequired: { a: ["b", "c"] } }],
    [
      "a name that is asked for under a condition",
      {
        properties: { a: { enum: ["x", "y"] } },
        required: ["a"],
        if: { properties: { a: { const: "z" } } },
        else: { required: ["u"], properties: { u: { type: "string" } } },
      },
    ],
    [
      "a name that only a pattern describes",
      { patternProperties: { "^a": { type: "integer" } }, required: ["a"], additionalProperties: false },
    ],
    ["a name of a form", { type: "object", propertyNames: { pattern: "^k[0-9]$" }, minProperties: 1 }],
    [
      "a list that holds something twice",
      { properties: { a: { type: "array", contains: { const: 5 }, minContains: 2 } }, required: ["a"] },
    ],
    [
      "a list that holds something among its own",
      {
        properties: { a: { type: "array", items: { type: "integer" }, contains: { minimum: 1_000 } } },
        required: ["a"],
      },
    ],
    [
      "a pattern that looks ahead",
      { properties: { a: { type: "string", pattern: "^(?!0)\\d{4}$" } }, required: ["a"] },
    ],
    [
      "a pattern that looks ahead for several",
      { properties: { a: { type: "string", pattern: "^(?=.*\\d)(?=.*[a-z]).{8,12}$" } }, required: ["a"] },
    ],
    [
      "a choice of which a limit leaves one",
      { properties: { a: { type: "string", enum: ["medium", "large", "xl"], maxLength: 2 } }, required: ["a"] },
    ],
    [
      "a choice of which one is taken out",
      { properties: { a: { enum: ["old", "new"], not: { const: "old" } } }, required: ["a"] },
    ],
    [
      "a choice of which a pattern leaves one",
      { properties: { a: { enum: ["a", "b", "c", "d", "e", "f", "g1"], pattern: "\\d" } }, required: ["a"] },
    ],
    [
      "a map whose names have a form",
      {
        properties: {
          a: {
            type: "object",
            patternProperties: { "^[a-z]{2}$": { type: "integer" } },
            additionalProperties: false,
            minProperties: 3,
          },
        },
        required: ["a"],
      },
    ],
    [
      "several names that begin alike",
      {
        type: "object",
        propertyNames: { pattern: "^x-" },
        minProperties: 2,
        additionalProperties: { type: "integer" },
      },
    ],
    [
      "a number next to the largest that is exact",
      { properties: { a: { type: "integer", minimum: 9_007_199_254_740_990 } }, required: ["a"] },
    ],
    [
      "a number beyond what is exact",
      { properties: { a: { type: "integer", minimum: 1_500_000_000_000_000_000 } }, required: ["a"] },
    ],
    [
      "a name that is asked for, and described, under a condition alone",
      {
        properties: { k: { enum: ["card", "iban"] } },
        required: ["k"],
        if: { properties: { k: { const: "card" } } },
        // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema.
        then: { required: ["number"], properties: { number: { type: "string", pattern: "^\\d{16}$" } } },
        else: { required: ["iban"], properties: { iban: { type: "string", minLength: 15 } } },
      },
    ],
    ["a list that may not be empty", { properties: { a: { type: "array", minItems: 2, items: { type: "string" } } } }],
    [
      "a set",
      { properties: { a: { type: "array", minItems: 2, uniqueItems: true, items: { enum: ["a", "b", "c"] } } } },
    ],
    [
      "a tuple",
      { properties: { a: { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], minItems: 2 } } },
    ],
    ["bounds", { properties: { a: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 } } }],
    ["steps", { properties: { a: { type: "number", multipleOf: 0.05, minimum: 1 } } }],
    [
      "all of several",
      {
        allOf: [
          { properties: { a: { type: "string" } }, required: ["a"] },
          { required: ["b"], properties: { b: { const: 7 } } },
        ],
      },
    ],
    [
      "required names of a record",
      { type: "object", required: ["x"], additionalProperties: { type: "integer" }, minProperties: 2 },
    ],
    ["itself", { type: "object", required: ["v"], properties: { v: { type: "string" }, next: { $ref: "#" } } }],
    [
      "a list at the top",
      { type: "array", items: { type: "object", properties: { id: { type: "integer" } }, required: ["id"] } },
    ],
    [
      "nothing else",
      { type: "object", properties: { a: { type: "string", format: "uuid" } }, additionalProperties: false },
    ],
  ])("a made-up output fits a schema with %s", (_name, schema) => {
    expect(unfit(schema)).toBeNull();
  });

  it.each<[string, JsonObject]>([
    ["a text that nobody can make", { type: "string", pattern: "^(?=a)b$" }],
    ["a text that nobody has room for", { type: "string", pattern: "^a{30000000}$" }],
    ["a list that nobody has room for", { type: "array", minItems: 1e7, items: { type: "string" } }],
    ["a choice of what it may not be", { enum: ["a", "b"], not: { enum: ["a", "b"] } }],
    [
      "an object with a text that nobody can make",
      { type: "object", required: ["b"], properties: { b: { type: "string", pattern: "^(?=a)b$" } } },
    ],
  ])("a made-up output has what is required in its place also where nothing fits it: %s", (_name, schema) => {
    const output = made({ type: "object", required: ["a", "id"], properties: { a: schema, id: { type: "integer" } } });
    expect(output).toEqual({ a: expect.anything(), id: expect.any(Number) });
  });

  it("a made-up output has its optional fields filled in where something fits, and arguments under their own name", () => {
    const schema: JsonObject = {
      type: "object",
      properties: { id: { type: "string" }, tags: { type: "array", items: { type: "string" } } },
    };
    expect(made(schema, { id: "c1", other: 1 })).toEqual({ id: "c1", tags: [expect.any(String)] });
  });

  it("a made-up output keeps a name that asks for others, which it adds", () => {
    const schema: JsonObject = {
      type: "object",
      properties: { a: { type: "string" }, b: { type: "integer" } },
      dependentRequired: { a: ["b", "c"] },
    };
    expect(made(schema, { a: "given" })).toEqual({ a: "given", b: expect.any(Number), c: expect.anything() });
  });

  it("a made-up output holds something new where an argument of that name does not fit", () => {
    expect(
      unfit({ type: "object", properties: { id: { type: "integer" } }, required: ["id"] }, { id: "c1" }),
    ).toBeNull();
  });

  it.each<[string, JsonObject]>([
    ["a number above one where the next is far away", { type: "number", exclusiveMinimum: 1e17 }],
    ["a number below one where the next is far away", { type: "integer", exclusiveMaximum: -1e17 }],
    ["steps that are almost nothing", { type: "number", multipleOf: 1e-320, exclusiveMinimum: 1 }],
    ["a text of a hundred million characters", { type: "string", minLength: 1e8 }],
    ["a list of ten million", { type: "array", minItems: 1e7, items: { type: "string" } }],
    ["lists of lists", { type: "array", minItems: 1e3, items: { type: "array", minItems: 1e3, items: {} } }],
    ["repetitions of repetitions", { type: "string", pattern: "^(((((a*)*)*)*)*)$" }],
  ])("a made-up output is there at once and small whatever a schema asks for: %s", (_name, schema) => {
    expect(JSON.stringify(made({ type: "object", required: ["a"], properties: { a: schema } })).length).toBeLessThan(
      200_000,
    );
  });

  it("a made-up output is the same for the same call", () => {
    const schema: JsonObject = { type: "object", properties: { a: { type: "string" }, n: { type: "integer" } } };
    expect(made(schema, { x: 1 })).toEqual(made(schema, { x: 1 }));
  });

  const leaf = fc.oneof(
    fc.record({ type: fc.constant("string"), minLength: fc.nat(20) }),
    fc
      .constantFrom("^[a-f0-9]{8}$", "^(red|green)$", "^\\d{4}-\\d{2}$", "^\\+[1-9]\\d{6,14}$", "[A-Z]")
      .map((pattern) => ({ type: "string", pattern })),
    fc
      .constantFrom("email", "date-time", "uri", "ipv4", "uuid", "nobody-knows")
      .map((format) => ({ type: "string", format })),
    fc
      .tuple(fc.integer({ min: -50, max: 50 }), fc.nat(9))
      .map(([minimum, more]) => ({ type: "integer", minimum, maximum: minimum + more })),
    fc.constantFrom<JsonObject>(
      { type: "boolean" },
      { type: "null" },
      { enum: [1, "a"] },
      { const: { k: 1 } },
      {},
      { type: ["string", "null"] },
    ),
  );
  const { schema: anySchema } = fc.letrec<{ schema: JsonObject }>((tie) => ({
    schema: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      leaf.map((each) => Object.fromEntries(Object.entries(each))),
      fc
        .tuple(fc.dictionary(fc.constantFrom("a", "b", "email", "name"), tie("schema"), { maxKeys: 3 }), fc.boolean())
        .map(([properties, closed]) => ({
          type: "object",
          properties,
          required: Object.keys(properties).slice(0, 1),
          ...(closed ? { additionalProperties: false } : {}),
        })),
      fc.tuple(tie("schema"), fc.nat(3)).map(([items, minItems]) => ({ type: "array", items, minItems })),
      fc.array(tie("schema"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    ),
  }));

  it.each(["constructor", "toString", "valueOf", "hasOwnProperty", "isPrototypeOf", "__proto__"])(
    "a made-up output fits a schema that says the name %s, which every object inherits, as a format or a property",
    (name) => {
      const text = { type: "string" };
      expect(unfit({ type: "object", properties: { a: { ...text, format: name } }, required: ["a"] })).toBeNull();
      if (name === "__proto__") return;
      expect(unfit({ type: "object", required: [name], additionalProperties: text })).toBeNull();
      expect(unfit({ type: "object", properties: { [name]: text }, minProperties: 1 }, { [name]: 1 })).toBeNull();
    },
  );

  it("a made-up output fits whatever schema it is made from", () => {
    fc.assert(
      fc.property(anySchema, (schema) => {
        expect([schema, unfit(schema)]).toEqual([schema, null]);
      }),
      { numRuns: 100 },
    );
  });
});
