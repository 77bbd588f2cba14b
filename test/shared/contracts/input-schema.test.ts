import { describe, expect, it } from "vitest";
import { checkArguments, unfitOutput } from "../../../shared/contracts/input-schema.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";

const schema = {
  type: "object",
  properties: {
    contact_id: { type: "string", minLength: 1 },
    email: { type: "string", format: "email" },
    kind: { enum: ["a", "b"] },
    nested: { type: "object", properties: { n: { type: "integer" } } },
  },
  required: ["contact_id"],
  additionalProperties: false,
};
const check = (
  args: Parameters<typeof checkArguments>[1],
  input_schema: Record<string, never> | typeof schema = schema,
) => checkArguments({ tool_name: "tool", input_schema }, args);

const email = { type: "string", format: "email" };
const oneOrList = (word: string) => ({ properties: { to: { [word]: [email, { type: "array", items: email }] } } });

describe.each(["anyOf", "oneOf"])("an argument that is one thing or a list of them, by %s", (word) => {
  const wrongWith = (to: Json) =>
    checkArguments({ tool_name: "tool", input_schema: oneOrList(word) }, { to }).map(
      ({ path, message }) => `${path} ${message}`,
    );

  it.each([
    ["ann", '/to must match format "email": it has no @'],
    [" ann@example.com ", '/to must match format "email": it begins or ends with a space'],
    ["jürgen@example.com", '/to must match format "email": it holds "ü"'],
    [
      "ann@müller.example",
      '/to must match format "email": it holds "ü", and a domain is written here as it is sent (xn--...)',
    ],
    [["ann@example.com", "bo"], '/to/1 must match format "email": it has no @'],
    [7, "/to must be string or array"],
  ])("an argument that is one thing or a list is told the one fault that it has: %j", (given, fault) => {
    expect(wrongWith(given)).toEqual([fault]);
  });

  it("an argument that is one thing or a list has the faults of each branch told that it may have been meant for", () => {
    const input_schema = { properties: { a: { [word]: [{ const: "x" }, { enum: ["y"] }, { type: "array" }] } } };
    expect(checkArguments({ tool_name: "tool", input_schema }, { a: "z" }).map(({ message }) => message)).toEqual([
      'must be "x"',
      'must be one of "y"',
      expect.stringContaining("schema in"),
    ]);
  });
});

describe("checking arguments", () => {
  it("checking arguments finds no fault in arguments that fit", () => {
    expect(check({ contact_id: "c1", email: "a@b.co", kind: "a", nested: { n: 1 } })).toEqual([]);
  });

  it.each([
    [
      "an argument",
      { properties: { never: false } },
      { never: 1 },
      "/never",
      "the tool takes nothing here; leave it out",
    ],
    [
      "an argument of such a name",
      { patternProperties: { "^x": false } },
      { xa: 1 },
      "/xa",
      "the tool takes nothing here; leave it out",
    ],
    ["any name", { propertyNames: false }, { a: 1 }, "/a", "the tool takes nothing here; leave it out"],
    [
      "an item",
      { properties: { l: { items: false } } },
      { l: [1] },
      "/l/0",
      "the tool takes nothing here; leave it out",
    ],
    ["a case", { dependentSchemas: { a: false } }, { a: 1 }, "", "the tool takes nothing of this form"],
    [
      "an argument",
      { properties: { never: { not: {} } } },
      { never: 1 },
      "/never",
      "the tool takes nothing here; leave it out",
    ],
    [
      "an argument of an argument",
      { properties: { body: { allOf: [{ type: "object" }], properties: { never: { not: true } } } } },
      { body: { never: null } },
      "/body/never",
      "the tool takes nothing here; leave it out",
    ],
    ["any form", { not: {} }, {}, "", "the tool takes nothing of this form"],
  ])(
    "checking arguments says of %s that no value fits that it is not taken: %j",
    (_, input_schema, args, path, message) => {
      const found = checkArguments({ tool_name: "tool", input_schema }, args);
      expect(found).toContainEqual({ path, rule: "argument_forbidden", message });
      expect(found.every(({ rule }) => /^[A-Za-z_]+$/.test(rule))).toBe(true);
    },
  );

  it("checking arguments says of what form an argument must not be", () => {
    const input_schema = { properties: { a: { not: { required: ["x", "y"] } } } };
    expect(checkArguments({ tool_name: "tool", input_schema }, { a: { x: 1, y: 2 } })).toEqual([
      { path: "/a", rule: "argument_not", message: 'must be of another form than {"required":["x","y"]}' },
    ]);
  });

  it("checking arguments reports all faults with their places", () => {
    const found = check({ contct_id: "c1", email: "no", kind: "c", nested: { n: 1.5 } });
    expect(found.map(({ path, rule }) => `${path} ${rule}`).sort()).toEqual([
      "/contact_id argument_required",
      "/contct_id argument_unknown",
      "/email argument_format",
      "/kind argument_value",
      "/nested/n argument_type",
    ]);
    expect(found.find(({ path }) => path === "/contct_id")?.message).toContain('did you mean "contact_id"');
    expect(found.find(({ path }) => path === "/kind")?.message).toBe('must be one of "a", "b"');
  });

  it("an empty id is refused where the schema asks for one", () => {
    expect(check({ contact_id: "" }).map(({ path }) => path)).toEqual(["/contact_id"]);
  });

  it("checking arguments neither converts nor completes arguments", () => {
    const args = { contact_id: 5 };
    expect(check(args)).toHaveLength(1);
    expect(args).toEqual({ contact_id: 5 });
  });

  it("checking arguments says so where a schema refers to itself without end", () => {
    const found = checkArguments({ tool_name: "tool", input_schema: { $ref: "#" } }, {});
    expect(found.map(({ rule }) => rule)).toEqual(["input_schema"]);
    expect(found[0]?.message).toContain('refers to itself without end: "#" -> "#"');
  });

  it.each([
    ["two references", { $defs: { a: { $ref: "#/$defs/b" }, b: { $ref: "#/$defs/a" } } }],
    ["an alternative", { $defs: { a: { anyOf: [{ type: "string" }, { $ref: "#/$defs/a" }] } } }],
    ["all at once", { allOf: [{ $ref: "#" }] }],
    ["a condition", { if: { $ref: "#" } }],
  ])("checking arguments finds a circle by %s before anything is checked, and names it", (_by, schema) => {
    const found = checkArguments({ tool_name: "tool", input_schema: schema }, {});
    expect(found[0]?.message).toMatch(/^its input_schema cannot be used: .*refers to itself without end: /u);
  });

  it("checking arguments follows a schema that refers to itself with an end", () => {
    const tree = { properties: { child: { $ref: "#" }, name: { type: "string" } } };
    const found = checkArguments({ tool_name: "tool", input_schema: tree }, { child: { child: { name: 1 } } });
    expect(found.map(({ path }) => path)).toEqual(["/child/child/name"]);
  });

  it("checking arguments is not harmed by a schema that borrows a meta-schema's $id", () => {
    const borrowed = { $id: "https://json-schema.org/draft/2020-12/schema", properties: { a: { type: "string" } } };
    expect(checkArguments({ tool_name: "tool", input_schema: borrowed }, { a: 1 })).toHaveLength(1);
    expect(checkArguments({ tool_name: "tool", input_schema: { required: ["b"] } }, {})).toHaveLength(1);
  });

  it("checking arguments keeps schemas apart that share an $id", () => {
    const of = (type: string) => ({ $id: "https://example.org/same", properties: { a: { type } } });
    expect(checkArguments({ tool_name: "one", input_schema: of("string") }, { a: "x" })).toEqual([]);
    expect(checkArguments({ tool_name: "two", input_schema: of("number") }, { a: "x" })).toHaveLength(1);
    expect(checkArguments({ tool_name: "one", input_schema: of("string") }, { a: "x" })).toEqual([]);
  });

  it("checking arguments still answers rightly after more schemas than it keeps", () => {
    const outcomes = Array.from({ length: 600 }, (_, n) =>
      checkArguments({ tool_name: "t", input_schema: { properties: { a: { const: n % 300 } } } }, { a: n % 300 }),
    );
    expect(outcomes.every((found) => found.length === 0)).toBe(true);
  });
});

describe("an output that is not as its contract says", () => {
  it.each<[string, JsonObject, Json, string]>([
    ["a field that it needs", { required: ["user"] }, {}, "/user is required, and is missing"],
    [
      "one that goes with another",
      { dependentRequired: { card: ["owner"] } },
      { card: 1 },
      "/owner is required where card is given, and is missing",
    ],
    [
      "a field too many",
      { properties: { id: {} }, additionalProperties: false },
      { id: 1, idd: 2 },
      "/idd is not among the fields that may be there",
    ],
    ["a field that no value fits", { properties: { old: false } }, { old: 1 }, "/old may not be there"],
    ["one that nothing fits", { properties: { old: { not: {} } } }, { old: 1 }, "/old may not be there"],
    ["a form of its own", { dependentSchemas: { a: false } }, { a: 1 }, "may not be of this form"],
    ["another type", { properties: { id: { type: "integer" } } }, { id: "7" }, "/id must be integer"],
  ])("an output is told in words for what came, not for what to send: %s", (_name, output_schema, output, words) => {
    expect(unfitOutput({ tool_name: "tool", output_schema }, output)).toBe(words);
  });

  it("an output has every fault told of each answer that it may be", () => {
    const closed = (name: string) => ({ properties: { [name]: {} }, required: [name], additionalProperties: false });
    const words = unfitOutput({ tool_name: "tool", output_schema: { anyOf: [closed("a"), closed("b")] } }, { c: 1 });
    expect(words).toMatch(/^\/a is required, and is missing; \/c is not among/u);
    expect(words).not.toMatch(/argument|the tool|leave it out/u);
  });
});

describe("a schema whose check would take very long", () => {
  const nested = (levels: number, inmost: JsonObject = {}): JsonObject =>
    levels === 0 ? inmost : { a: nested(levels - 1, inmost) };

  it("a schema whose check would take very long is cut off where alternatives that refer to one another multiply, in words", () => {
    const node = {
      type: "object",
      properties: { a: { anyOf: [{ $ref: "#/$defs/n" }, { $ref: "#/$defs/n" }] } },
    };
    const input_schema = { $ref: "#/$defs/n", $defs: { n: node } };
    const found = checkArguments({ tool_name: "tool", input_schema }, nested(40, { a: 1 }));
    expect(found.map(({ rule }) => rule)).toEqual(["input_schema"]);
    expect(found[0]?.message).toContain("more than 200000 steps");
  });

  it.each(["payload", "example", "examples", "default", "const", "enum", "properties"])(
    "a schema that refers to itself twice is cut off also where its property is called %s",
    (name) => {
      const ref = { $ref: `#/properties/${name}` };
      const input_schema = { type: "object", properties: { [name]: { allOf: [{ items: ref }, { items: ref }] } } };
      const lists = (levels: number): Json => (levels === 0 ? [] : [lists(levels - 1)]);
      const [found] = checkArguments({ tool_name: "tool", input_schema }, { [name]: lists(50) });
      expect(found?.message).toContain("more than 200000 steps");
    },
  );

  it("a schema that only refers to itself is checked to the end, however deep the arguments are", () => {
    const input_schema = {
      $ref: "#/$defs/n",
      $defs: { n: { type: "object", properties: { a: { $ref: "#/$defs/n" } } } },
    };
    expect(checkArguments({ tool_name: "tool", input_schema }, nested(60))).toEqual([]);
  });

  it("a schema has the items of a list compared by what they are, once each", () => {
    const input_schema = { properties: { list: { type: "array", uniqueItems: true } } };
    const check = (list: Json) => checkArguments({ tool_name: "tool", input_schema }, { list });
    expect(check(Array.from({ length: 40_000 }, (_, n) => [n]))).toEqual([]);
    expect(
      check([
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]).map(({ rule, path }) => [rule, path]),
    ).toEqual([["argument_uniqueItems", "/list"]]);
    expect(check([1, "1", true, null, [1]])).toEqual([]);
  });
});

describe("arguments with more faults than anybody reads", () => {
  const names = Array.from({ length: 60 }, (_, n) => `n${n}`);
  const lists = (of: JsonObject, value: Json, times: number) =>
    checkArguments(
      { tool_name: "tool", input_schema: { properties: { list: { items: of } } } },
      { list: Array.from({ length: times }, () => value) },
    );

  it("faults that nobody reads to the end are told by the first hundred and how many more there are, in few words each", () => {
    const found = lists({ enum: names.map((name) => name.repeat(50)) }, "x", 400);
    expect(found).toHaveLength(100);
    expect(found.at(-1)).toEqual({ path: "", rule: "more_faults", message: "301 more faults are not listed" });
    expect(found[0]?.message).toMatch(/^must be one of "n0n0n0.*, or 40 more$/u);
    expect(Math.max(...found.map(({ message }) => message.length))).toBeLessThan(2_000);
    expect(lists({ enum: ["a"] }, "x", 100).map(({ rule }) => rule)).not.toContain("more_faults");
  });

  it.each([
    ["in place", { required: names }, {}],
    ["by a reference", { $ref: "#/$defs/row" }, { $defs: { row: { required: names } } }],
    ["by a reference to where no schema is looked for", { $ref: "#/x/row" }, { x: { row: { required: names } } }],
  ])("faults are told by the first where each value has many of them, %s", (_where, items, more) => {
    const input_schema = { properties: { list: { items } }, ...more };
    const found = checkArguments(
      { tool_name: "tool", input_schema },
      { list: Array.from({ length: 5_000 }, () => ({})) },
    );
    expect(found.map(({ path, rule }) => `${path} ${rule}`)).toEqual(["/list/0/n0 argument_required", " more_faults"]);
  });

  it("faults in branches that are given up are none where the value is right", () => {
    const check = (list: Json) =>
      checkArguments(
        { tool_name: "tool", input_schema: { properties: { list: { contains: { const: 1 } } } } },
        { list },
      );
    expect(check([...Array.from({ length: 5_000 }, () => 0), 1])).toEqual([]);
    expect(check(Array.from({ length: 5_000 }, () => 0)).length).toBeGreaterThan(0);
  });

  it("faults name the one value that is allowed where there is one", () => {
    expect(lists({ const: "only" }, "x", 1)[0]?.message).toBe('must be "only"');
  });
});
