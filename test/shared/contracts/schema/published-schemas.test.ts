import { describe, expect, it } from "vitest";
import { z } from "zod";
import { contractWarnings } from "../../../../shared/contracts/contract-warnings.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import { checkArguments } from "../../../../shared/contracts/input-schema.ts";
import { isJsonObject, type JsonObject, json } from "../../../../shared/plan/json.ts";
import { publishedServers } from "../../../fixtures/published-tools.ts";
import { contractInput } from "../contract-inputs.ts";

const defined = (input_schema: JsonObject, output_schema?: JsonObject) =>
  defineContract(contractInput("LOW", { input_schema, ...(output_schema === undefined ? {} : { output_schema }) }), 1);

const refusalsOf = (made: ReturnType<typeof defined>) => (made.ok ? [] : made.refusal.violations);
const warningsOf = (made: ReturnType<typeof defined>) => (made.ok ? contractWarnings(made.value) : ["refused"]);

const inA = (schema: JsonObject): JsonObject => ({ type: "object", properties: { a: schema }, required: ["a"] });
const takes = (schema: JsonObject, a: unknown): boolean =>
  checkArguments({ tool_name: "tool", input_schema: inA(schema) }, { a: json.parse(a) }).length === 0;

describe("schemas of tools that are published", () => {
  it.each(publishedServers)("schemas of published tools are taken as they are: $package $version", ({ tools }) => {
    expect(tools.length).toBeGreaterThan(0);
    const refused = tools.map(({ name, inputSchema, outputSchema }) => [
      name,
      ...refusalsOf(defined(inputSchema, outputSchema)),
    ]);
    expect(refused.filter(([, ...violations]) => violations.length > 0)).toEqual([]);
  });

  it.each(["http://json-schema.org/draft-04/schema#", "https://json-schema.org/draft/2020-12/schema"])(
    "a schema may list a value or a name twice, which says no more than once: %s",
    ($schema) => {
      const made = defined({ $schema, ...inA({ enum: ["v1", "v2", "v1"] }), required: ["a", "a"] });
      if (!made.ok) throw new Error(JSON.stringify(made.refusal));
      expect(checkArguments(made.value, { a: "v2" })).toEqual([]);
      expect(checkArguments(made.value, { a: "v3" })).toHaveLength(1);
      expect(checkArguments(made.value, {})).toHaveLength(1);
    },
  );
});

it.each(["https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema"])(
  "a schema may list no value, and then none fits: %s",
  ($schema) => {
    const made = defined({ $schema, ...inA({ enum: [] }) });
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    for (const a of ["v1", null, {}]) expect(checkArguments(made.value, { a })).toHaveLength(1);
  },
);

it("a schema of a draft in which a list of values may not be empty is refused at its place", () => {
  const made = defined({ $schema: "http://json-schema.org/draft-07/schema#", ...inA({ enum: [] }) });
  expect(made).toMatchObject({ ok: false, refusal: { violations: [{ path: "/input_schema/properties/a/enum" }] } });
});

const EXAMPLES: Record<string, readonly [z.ZodType, fits: unknown, not: unknown]> = {
  email: [z.email(), "ada@example.org", "ada"],
  html5_email: [z.email({ pattern: z.regexes.html5Email }), "ada@example.org", "ada"],
  rfc_email: [z.email({ pattern: z.regexes.rfc5322Email }), "ada@example.org", "ada"],
  unicode_email: [z.email({ pattern: z.regexes.unicodeEmail }), "ada@example.org", "ada"],
  ipv4: [z.ipv4(), "10.0.0.1", "10.0.0.256"],
  ipv6: [z.ipv6(), "::1", "::g"],
  cidrv4: [z.cidrv4(), "10.0.0.0/8", "10.0.0.0/33"],
  cidrv6: [z.cidrv6(), "fe80::/10", "fe80::/x"],
  duration: [z.iso.duration(), "P3DT4H", "3 days"],
  date: [z.iso.date(), "2024-02-29", "2023-02-29"],
  datetime: [z.iso.datetime(), "2024-02-29T10:00:00Z", "2024-02-30T10:00:00Z"],
  datetime_offset: [z.iso.datetime({ offset: true }), "2024-02-29T10:00:00+01:00", "yesterday"],
  datetime_local: [z.iso.datetime({ local: true }), "2024-02-29T10:00:00", "2024-02-29 10:00"],
  time: [z.iso.time(), "10:00:00", "25:00"],
  uuid: [z.uuid(), "0b0f0e0d-0c0b-4a09-8807-060504030201", "0b0f"],
  uuid4: [z.uuidv4(), "0b0f0e0d-0c0b-4a09-8807-060504030201", "0b0f0e0d-0c0b-1a09-8807-060504030201"],
  url: [z.url(), "https://example.org/", "example"],
  hostname: [z.hostname(), "www.example.org", "-x-.example.org"],
  base64: [z.base64(), "YWRh", "YWR"],
  base64url: [z.base64url(), "YWRh_-", "YWR h"],
  ulid: [z.ulid(), "01M8G8S9WRJGAMSR7SFV9EQB8H", "01M8"],
  cuid: [z.cuid(), "cjld2cjxh0000qzrmn831i7rn", "x"],
  nanoid: [z.nanoid(), "V1StGXR8_Z5jdHi6B-myT", "V1St"],
  e164: [z.e164(), "+4930123456", "030"],
  emoji: [z.emoji(), "🙂", "a"],
  mac: [z.mac(), "00:1A:2B:3C:4D:5E", "00:1A"],
  sha256: [z.hash("sha256"), "a".repeat(64), "a"],
  lower: [z.string().lowercase(), "ada", "Ada"],
  starts: [z.string().startsWith("a.b"), "a.bc", "abc"],
  includes: [z.string().includes("x"), "axb", "ab"],
  two_patterns: [z.string().min(2).regex(/^a/).regex(/b$/), "ab", "ac"],
  template: [z.templateLiteral(["a-", z.number()]), "a-12", "a-b"],
  uint32: [z.uint32(), 7, -1],
  cents: [z.number().multipleOf(0.01), 19.99, 19.999],
  tuple: [z.tuple([z.string(), z.number()]), ["a", 1], ["a", "b"]],
  record: [z.record(z.string(), z.number()), { x: 1 }, { x: "1" }],
  named_record: [z.record(z.enum(["a", "b"]), z.number()), { a: 1, b: 2 }, { a: 1, b: 2, c: 3 }],
  json: [z.json(), { a: [1, null] }, undefined],
  discriminated: [
    z.discriminatedUnion("k", [z.object({ k: z.literal("a") }), z.object({ k: z.literal("b") })]),
    { k: "b" },
    { k: "c" },
  ],
  intersection: [z.object({ a: z.string() }).and(z.object({ b: z.string() })), { a: "", b: "" }, { a: "" }],
  recursive: [
    z.object({
      v: z.string(),
      get c() {
        return z.array(z.object({ v: z.string() }));
      },
    }),
    { v: "", c: [{ v: "" }] },
    { v: "", c: [{}] },
  ],
  named: [z.string().meta({ id: "thing", title: "T", foo: "bar" }), "x", 1],
  nullable: [z.string().nullable(), null, 1],
  below: [z.number().lt(5), 4, 5],
};

/** Keywords that these targets have no words for, and Zod leaves out. */
const LEFT_OUT: Record<string, readonly string[]> = {
  "draft-4": ["named_record"],
  "openapi-3.0": ["named_record", "tuple"],
};

describe("what Zod writes", () => {
  it.each(
    (["draft-2020-12", "draft-7", "draft-4", "openapi-3.0"] as const).flatMap((target) =>
      Object.entries(EXAMPLES).map(([name, example]) => ({ target, name, example })),
    ),
  )(
    "a schema that Zod writes is taken and checks what it means: $name in $target",
    ({ target, name, example: [schema, fits, not] }) => {
      const written = json.parse(JSON.parse(JSON.stringify(z.toJSONSchema(schema, { target, io: "input" }))));
      if (!isJsonObject(written)) throw new Error("no object");
      const { $schema, $defs, definitions, ...own } = written;
      const around = (inner: JsonObject): JsonObject => ({
        ...($schema === undefined ? {} : { $schema }),
        ...($defs === undefined ? {} : { $defs }),
        ...(definitions === undefined ? {} : { definitions }),
        ...inA(inner),
      });
      const refersToRoot = JSON.stringify(own).includes('"#"');
      expect(refusalsOf(defined(refersToRoot ? { ...around({}), properties: { a: {} } } : around(own)))).toEqual([]);
      if (refersToRoot || $defs !== undefined || definitions !== undefined) return;
      const check = (a: unknown) =>
        checkArguments({ tool_name: "tool", input_schema: around(own) }, { a: json.parse(a) }).length === 0;
      expect(check(fits)).toBe(true);
      if (not !== undefined && LEFT_OUT[target]?.includes(name) !== true) expect(check(not)).toBe(false);
    },
  );
});

describe("a schema that says what nobody here knows", () => {
  it("a schema that says what is not known is taken, and a warning names each unknown format and keyword with its place", () => {
    const schema = {
      type: "object",
      propertyOrdering: ["a"],
      properties: {
        a: { type: "integer", format: "uint32" },
        b: { type: "string", format: "json", "x-order": 2 },
        c: { enum: [1, 2], enumNames: ["one", "two"] },
      },
    };
    const made = defined(schema);
    expect(refusalsOf(made)).toEqual([]);
    expect(warningsOf(made)).toEqual([
      expect.stringMatching(/^keyword "propertyOrdering" is not known, so it checks nothing.*\(\/input_schema\)$/),
      'format "uint32" is not known, so it checks nothing (/input_schema/properties/a)',
      'format "json" is not known, so it checks nothing (/input_schema/properties/b)',
      'keyword "x-order" is not known, so it checks nothing (/input_schema/properties/b)',
      'keyword "enumNames" is not known, so it checks nothing (/input_schema/properties/c)',
    ]);
  });

  it.each(["constructor", "toString", "valueOf", "hasOwnProperty"])(
    "a schema that says %s, which every object inherits, as a keyword or a format is warned of as what is not known",
    (name) => {
      const made = defined({ type: "object", [name]: {}, properties: { a: { type: "string", format: name } } });
      expect(warningsOf(made)).toEqual([
        `keyword "${name}" is not known, so it checks nothing (/input_schema)`,
        `format "${name}" is not known, so it checks nothing (/input_schema/properties/a)`,
      ]);
    },
  );

  it("a schema that says of a list that it is a set is told of nothing, for calls are compared by that", () => {
    expect(warningsOf(defined(inA({ type: "array", items: { type: "string" }, "x-buddy-set": true })))).toEqual([]);
  });

  it("a misspelt keyword of a schema is named with the one that it is near to, and a property of that name is none", () => {
    const schema = { type: "object", requierd: ["a"], properties: { requierd: { type: "string" } } };
    expect(warningsOf(defined(schema))).toEqual([
      'keyword "requierd" is not known, so it checks nothing; did you mean "required"? (/input_schema)',
    ]);
  });

  it("a schema that says what is not known is told that it was read as an older draft where it says what only that has", () => {
    expect(warningsOf(defined({ type: "object", properties: { a: { minimum: 0, exclusiveMinimum: true } } }))).toEqual([
      "/input_schema names no draft and is read as draft-04",
    ]);
    expect(takes({ type: "number", minimum: 0, exclusiveMinimum: true }, 0)).toBe(false);
    expect(takes({ type: "array", items: [{ type: "string" }] }, [1])).toBe(false);
  });

  it("a schema is given no warning for ordinary annotations", () => {
    const schema = {
      type: "object",
      title: "T",
      $comment: "c",
      properties: { a: { examples: [1], deprecated: true } },
    };
    expect(warningsOf(defined(schema))).toEqual([]);
  });
});

describe("references inside a schema", () => {
  const holds = (schema: JsonObject, args: JsonObject) =>
    checkArguments({ tool_name: "t", input_schema: schema }, args);

  it.each<[string, JsonObject]>([
    ["an anchor", { properties: { a: { $ref: "#name" } }, $defs: { n: { $anchor: "name", type: "string" } } }],
    [
      "an anchor of draft-06",
      {
        $schema: "http://json-schema.org/draft-06/schema#",
        properties: { a: { $ref: "#name" } },
        definitions: { n: { $id: "#name", type: "string" } },
      },
    ],
    [
      "an id of draft-04",
      {
        $schema: "http://json-schema.org/draft-04/schema#",
        properties: { a: { $ref: "name.json" } },
        definitions: { n: { id: "name.json", type: "string" } },
      },
    ],
    [
      "the schema's own address",
      {
        $id: "https://example.org/root.json",
        properties: { a: { $ref: "root.json#/$defs/n" } },
        $defs: { n: { type: "string" } },
      },
    ],
    [
      "an address of a part",
      {
        $id: "https://example.org/root.json",
        properties: { a: { $ref: "/parts/n" } },
        $defs: {
          n: { $id: "https://example.org/parts/n", $ref: "#/$defs/inner", $defs: { inner: { type: "string" } } },
        },
      },
    ],
    [
      "a place where no schema is expected",
      {
        properties: { a: { $ref: "#/components/schemas/A~1B%20C" } },
        components: { schemas: { "A/B C": { $ref: "#/components/schemas/D" }, D: { type: "string" } } },
      },
    ],
    [
      "a dynamic anchor that is there once",
      {
        properties: { a: { $dynamicRef: "#name" } },
        $defs: { n: { $dynamicAnchor: "name", type: "string" } },
      },
    ],
    [
      "2019-09",
      {
        $schema: "https://json-schema.org/draft/2019-09/schema",
        properties: { a: { $ref: "#n" } },
        $defs: { n: { $anchor: "n", type: "string" } },
      },
    ],
  ])("references inside a schema are followed: %s", (_name, schema) => {
    expect(refusalsOf(defined(schema))).toEqual([]);
    expect(holds(schema, { a: "x" })).toEqual([]);
    expect(holds(schema, { a: 1 })).toMatchObject([{ path: "/a", rule: "argument_type" }]);
  });

  it("references inside a schema follow themselves where it may be its own part", () => {
    const schema = {
      $schema: "https://json-schema.org/draft/2019-09/schema",
      type: "object",
      $recursiveAnchor: true,
      properties: { a: { type: "array", items: { $recursiveRef: "#" } } },
    };
    expect(holds(schema, { a: [{ a: [] }] })).toEqual([]);
    expect(holds(schema, { a: [{ a: 1 }] })).toHaveLength(1);
  });

  it.each([
    ["https://example.org/other.json", "points outside the schema"],
    ["other.json#/a", "points outside the schema"],
    ["#/$defs/none", "leads to nothing"],
    ["#none", "leads to nothing"],
  ])("references inside a schema that leave it or lead nowhere are refused by name: %s", ($ref, words) => {
    const [violation] = refusalsOf(defined({ properties: { a: { $ref } } }));
    expect(violation?.path).toBe("/input_schema/properties/a/$ref");
    expect(violation?.message).toContain(`$ref "${$ref}" ${words}`);
  });
});

describe("a pattern that cannot be shown to be quick", () => {
  it("a pattern that cannot be shown to be quick is taken, runs under a budget, and says in words where it was cut off", () => {
    const input_schema = inA({ type: "string", pattern: "^(a+)+$" });
    expect(refusalsOf(defined(input_schema))).toEqual([]);
    expect(checkArguments({ tool_name: "tool", input_schema }, { a: "aaaa" })).toEqual([]);
    expect(checkArguments({ tool_name: "tool", input_schema }, { a: `${"a".repeat(50)}!` })).toMatchObject([
      { rule: "input_schema", message: expect.stringMatching(/pattern "\^\(a\+\)\+\$" tries too many ways/) },
    ]);
  });
});
