import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalArguments } from "../../../shared/contracts/canonical-arguments.ts";
import { checkArguments } from "../../../shared/contracts/input-schema.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";

const properties = (fields: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: "object",
  properties: fields,
  ...more,
});
const same = (schema: JsonObject, one: JsonObject, other: JsonObject): void =>
  expect(canonicalArguments(schema, one)).toEqual(canonicalArguments(schema, other));
const different = (schema: JsonObject, one: JsonObject, other: JsonObject): void =>
  expect(canonicalArguments(schema, one)).not.toEqual(canonicalArguments(schema, other));

const nullable = (schema: JsonObject): JsonObject => ({ anyOf: [schema, { type: "null" }], default: null });
const set: JsonObject = { type: "array", items: { type: "string" }, uniqueItems: true };

describe("a default", () => {
  it("a default means the same where it is written and where it is left out", () => {
    const schema = properties({ to: { type: "string" }, cc: nullable({ type: "string" }), retries: { default: 3 } });
    same(schema, { to: "a" }, { to: "a", cc: null });
    same(schema, { to: "a" }, { to: "a", retries: 3 });
    different(schema, { to: "a" }, { to: "a", cc: "b" });
    different(schema, { to: "a" }, { to: "a", retries: 4 });
  });

  it("a default is one of the schema, not null by nature", () => {
    const schema = properties({ cc: { type: ["string", "null"] }, retries: { default: 3 } });
    different(schema, {}, { cc: null });
  });

  it("a default is found inside objects, items of lists, references and what a schema is put together from", () => {
    const options = properties({ loud: { type: "boolean", default: false } });
    const schema = properties(
      {
        options,
        list: { type: "array", items: options },
        referred: { $ref: "#/$defs/options" },
        together: { allOf: [{ $ref: "#/$defs/options" }] },
        named: { $ref: "#/$defs/level" },
        own: { $ref: "#/$defs/level", default: "low" },
      },
      { $defs: { options, level: { enum: ["low", "high"], default: "high" } } },
    );
    same(schema, { options: {} }, { options: { loud: false } });
    same(schema, { list: [{}, { loud: true }] }, { list: [{ loud: false }, { loud: true }] });
    same(schema, { referred: {} }, { referred: { loud: false } });
    same(schema, { together: {} }, { together: { loud: false } });
    same(schema, {}, { named: "high" });
    same(schema, {}, { own: "low" });
    different(schema, {}, { own: "high" });
    different(schema, {}, { options: {} });
  });

  it("a default is that of the alternative that is meant, and none where alternatives differ", () => {
    const alternatives = {
      oneOf: [
        properties({ kind: { const: "mail" }, copies: { default: 1 } }),
        properties({ kind: { const: "letter" }, copies: { default: 2 } }),
      ],
    };
    const schema = properties({ message: alternatives });
    same(schema, { message: { kind: "mail" } }, { message: { kind: "mail", copies: 1 } });
    same(schema, { message: { kind: "letter" } }, { message: { kind: "letter", copies: 2 } });
    different(schema, { message: { kind: "mail" } }, { message: { kind: "mail", copies: 2 } });
    different(schema, { message: {} }, { message: { copies: 1 } });
  });

  it("a default a default that a contract gains changes nothing about the calls made before", () => {
    const before = properties({ to: { type: "string" } });
    const after = properties({ to: { type: "string" }, cc: { type: ["string", "null"], default: null } });
    expect(canonicalArguments(after, { to: "a", cc: null })).toEqual(canonicalArguments(before, { to: "a" }));
  });
});

describe("a set", () => {
  it("a set means the same in any order, a list does not", () => {
    const schema = properties({ to: set, lines: { type: "array", items: { type: "string" } } });
    same(schema, { to: ["b", "a"] }, { to: ["a", "b"] });
    different(schema, { lines: ["b", "a"] }, { lines: ["a", "b"] });
    different(schema, { to: ["a", "b"] }, { to: ["a", "c"] });
  });

  it("a set is one also where it may be null, is referred to, or holds objects with defaults", () => {
    const person = properties({ name: { type: "string" }, role: { default: "reader" } });
    const schema = properties(
      { to: nullable(set), cc: { $ref: "#/$defs/names" }, people: { type: "array", items: person, uniqueItems: true } },
      { $defs: { names: set } },
    );
    same(schema, { to: ["b", "a"] }, { to: ["a", "b"] });
    same(schema, { to: null }, {});
    same(schema, { cc: ["b", "a"] }, { cc: ["a", "b"] });
    same(
      schema,
      { people: [{ name: "b" }, { name: "a", role: "reader" }] },
      { people: [{ name: "a" }, { name: "b" }] },
    );
  });

  it("a set is none where an alternative takes the same list in order", () => {
    const schema = properties({ to: { anyOf: [set, { type: "array", items: { type: "string" } }] } });
    different(schema, { to: ["b", "a"] }, { to: ["a", "b"] });
  });
});

describe("one thing or a set of such things", () => {
  const name: JsonObject = { type: "string", minLength: 1 };
  const names: JsonObject = { type: "array", items: name, "x-buddy-set": true };

  it("a set that may name an item twice means the same with it named once, in any order", () => {
    const schema = properties({ to: names, tags: { "x-buddy-set": true }, list: { ...names, "x-buddy-set": false } });
    same(schema, { to: ["b", "a", "b"] }, { to: ["a", "b"] });
    same(schema, { tags: ["b", "a"] }, { tags: ["a", "b"] });
    different(schema, { to: ["a"] }, { to: ["a", "b"] });
    different(schema, { list: ["b", "a"] }, { list: ["a", "b"] });
    different(schema, { tags: ["a"] }, { tags: "a" });
    expect(checkArguments({ tool_name: "t", input_schema: schema }, { to: ["a", "a"] })).toEqual([]);
  });

  it.each(["anyOf", "oneOf"])("one thing means the same as a set of one, where a schema (%s) takes either", (word) => {
    const either = (set: JsonObject, one: JsonObject = name): JsonObject =>
      properties({ to: { [word]: [one, set, { type: "null" }] } }, { $defs: { name } });
    for (const schema of [
      either(names),
      either({ ...set, items: name }),
      either(names, { ...name, description: "one recipient" }),
      either({ ...names, items: { $ref: "#/$defs/name" } }),
    ]) {
      same(schema, { to: "a" }, { to: ["a"] });
      different(schema, { to: "a" }, { to: ["b"] });
      different(schema, { to: "a" }, { to: ["a", "b"] });
      different(schema, { to: null }, { to: [] });
      expect(checkArguments({ tool_name: "t", input_schema: schema }, { to: "a" })).toEqual([]);
    }
    same(either(names), { to: "a" }, { to: ["a", "a"] });
  });

  it("one thing means the same as a set of one also where it is an object, and in the default", () => {
    const person = properties({ name, role: { default: "reader" } });
    const schema = properties({
      who: { anyOf: [person, { type: "array", items: person, uniqueItems: true }], default: { name: "a" } },
    });
    same(schema, { who: [{ name: "b" }] }, { who: { name: "b", role: "reader" } });
    same(schema, {}, { who: [{ name: "a", role: "reader" }] });
    different(schema, {}, { who: [{ name: "b" }] });
  });

  it("one thing is not the list of it in order, nor a set of things by another schema", () => {
    const run = properties(
      { command: { anyOf: [name, { type: "array", items: name }] } },
      { $comment: "default", $defs: { names } },
    );
    different(run, { command: "ls" }, { command: ["ls"] });
    const all = properties({ to: { anyOf: [{ const: "all" }, names] } });
    different(all, { to: "all" }, { to: ["all"] });
    const nested = properties({ to: { anyOf: [names, { ...names, items: names }] } });
    different(nested, { to: ["a"] }, { to: [["a"]] });
  });
});

describe("arguments of which a schema says neither", () => {
  it("arguments of which a schema says neither are handed on as they are", () => {
    const args = { a: [2, 1], b: null };
    expect(canonicalArguments(properties({ a: { type: "array" } }), args)).toBe(args);
  });
});

describe("a schema that refers to itself", () => {
  it("a schema that refers to itself is followed as far as the arguments go", () => {
    const node = properties({ size: { default: 1 }, next: { $ref: "#/$defs/node" } });
    const schema = properties({ first: { $ref: "#/$defs/node" } }, { $defs: { node, loop: { $ref: "#/$defs/loop" } } });
    same(schema, { first: { next: { next: {} } } }, { first: { size: 1, next: { next: { size: 1 } } } });
    const looping = properties({ a: { $ref: "#/$defs/a" } }, { $defs: { a: { anyOf: [{ $ref: "#/$defs/a" }] } } });
    same({ ...looping, default: {} }, { a: [1] }, { a: [1] });
  });
});

describe("any arguments", () => {
  const schema = properties(
    {
      to: set,
      copy: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" }, "x-buddy-set": true }] },
      cc: nullable(set),
      retries: { type: "integer", default: 3 },
      options: properties({ loud: { type: "boolean", default: false } }),
    },
    { additionalProperties: false },
  );
  const names = fc.uniqueArray(fc.constantFrom("a", "b", "c"));
  const args: fc.Arbitrary<JsonObject> = fc
    .record(
      {
        to: names,
        copy: fc.oneof(fc.constantFrom("a", "b"), fc.array(fc.constantFrom("a", "b"))),
        cc: fc.option(names),
        retries: fc.constantFrom(3, 4),
        options: fc.record({ loud: fc.boolean() }, { requiredKeys: [] }),
      },
      { requiredKeys: [] },
    )
    .map((value) => JSON.parse(JSON.stringify(value)) as JsonObject);

  it("any arguments still fit their schema in the form in which they are compared, and that form is its own", () => {
    fc.assert(
      fc.property(args, (given) => {
        const canonical = canonicalArguments(schema, given);
        expect(checkArguments({ tool_name: "t", input_schema: schema }, canonical)).toEqual([]);
        expect(canonicalArguments(schema, canonical)).toEqual(canonical);
      }),
    );
  });
});

/** By itself, so that nobody takes the schema for a promise. */
const THEN = "then";

describe("a schema that speaks about some properties by their names, or under a condition", () => {
  const one = { default: 1 };

  it("a schema of properties by a pattern means what it says of them, beside what their own schema says", () => {
    const schema = properties({ x_own: one, y: {} }, { patternProperties: { "^x_": { ...set, default: [] } } });
    same(schema, { x_tags: ["a", "b"] }, { x_tags: ["b", "a"] });
    different(schema, {}, { y: [] });
    // Its own schema and the pattern give it different defaults.
    different(schema, {}, { x_own: 1 });
    different(schema, {}, { x_own: [] });
  });

  it("a schema of properties by a pattern takes the place of what is said of all others", () => {
    const schema = properties({}, { patternProperties: { "^x_": {} }, additionalProperties: set });
    same(schema, { y: ["a", "b"] }, { y: ["b", "a"] });
    different(schema, { x_y: ["a", "b"] }, { x_y: ["b", "a"] });
  });

  it.each([
    ["a pattern", properties({ own: one }, { patternProperties: { "^[a-z]+$": one } })],
    ["additionalProperties", properties({}, { additionalProperties: one })],
  ])(
    "a default of all names that %s speaks of is that of none which nobody gave: calls that give two names are two",
    (_, schema) => {
      different(schema, { a: 1 }, { b: 1 });
      different(schema, {}, { a: 1 });
      different({ properties: { flags: schema } }, { flags: { a: 1 } }, { flags: { b: 1 } });
    },
  );

  it.each(["dependentSchemas", "dependencies"])(
    "a schema of properties because another is there (%s) means what it says then",
    (keyword) => {
      const schema = properties({ mail: {}, cc: {} }, { [keyword]: { mail: properties({ cc: { default: null } }) } });
      same(schema, { mail: "a" }, { mail: "a", cc: null });
      different(schema, {}, { cc: null });
    },
  );

  it("a schema under a condition makes no two calls alike, and takes a default away where it gives another", () => {
    const conditional = {
      if: { properties: { fast: { const: true } } },
      [THEN]: properties({ tries: { default: 1 }, deep: properties({ tries: { default: 1 } }), only: { default: 1 } }),
      else: { allOf: [properties({ tries: { default: 3 } })] },
    };
    const tries = { default: 3 };
    const schema = properties({ fast: {}, tries, deep: properties({ tries, other: tries }), kept: one }, conditional);
    different(schema, { fast: true }, { fast: true, tries: 3 });
    different(schema, {}, { tries: 1 });
    different(schema, {}, { only: 1 });
    different(schema, { deep: {} }, { deep: { tries: 3 } });
    same(schema, { deep: {} }, { deep: { other: 3 } });
    same(schema, {}, { kept: 1 });
  });

  it("a schema under a condition sorts no list", () => {
    const schema = properties({ list: {} }, { if: {}, [THEN]: properties({ list: set }) });
    different(schema, { list: ["a", "b"] }, { list: ["b", "a"] });
  });
});
