import canonicalize from "canonicalize";
import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import type { Json } from "../../../shared/plan/json.ts";
import { anyText } from "../../fixtures/any-text.ts";

/** Names that JavaScript orders, stores or escapes in a way of its own, beside any others. */
const name = fc.oneof(
  fc.constantFrom("__proto__", "10", "9", "01", "-1", "a", "B", "é", "\u{1f600}", "\ufb33", "\ud83d", "", '"', "\\ud"),
  anyText(),
  fc.nat().map(String),
);

const anyJson = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.constantFrom<Json>(null, true, -0, 1e21, 5e-324, Number.NaN, Number.POSITIVE_INFINITY, "\udc00", "C:\\udder"),
    fc.double(),
    anyText(),
    fc.array(tie("value"), { maxLength: 5 }),
    fc
      .array(fc.tuple(name, tie("value")), { maxLength: 8 })
      .map((fields): Json => JSON.parse(`{${fields.map(([key, value]) => field(key, value)).join(",")}}`)),
  ),
})).value;

/** As text first, because only what was parsed can have a field of the name `__proto__`. */
const field = (key: string, value: Json): string => `${JSON.stringify(key)}:${JSON.stringify(value)}`;

const outcome = (write: () => string | undefined): unknown => {
  try {
    return write();
  } catch {
    return "refused";
  }
};

test("canonical JSON is what the canonicalize library writes, and is refused where that refuses", () => {
  fc.assert(
    fc.property(anyJson, (value) => {
      expect(outcome(() => canonicalJson(value))).toBe(outcome(() => canonicalize(value)));
    }),
    { numRuns: 2_000 },
  );
});

test("fields that are absent have no place in canonical JSON, wherever they stand", () => {
  const value = JSON.parse('{"b":[1],"a":{"d":2,"c":3}}');
  value.a.d = undefined;
  expect(canonicalJson(value)).toBe('{"a":{"c":3},"b":[1]}');
});

test("writing canonical JSON leaves the value as it is", () => {
  const value: Json = { b: [{ d: 1, c: 2 }], a: null };
  canonicalJson(value);
  expect(JSON.stringify(value)).toBe('{"b":[{"d":1,"c":2}],"a":null}');
});

test("names of an object are in code-unit order in canonical JSON, however many there are", () => {
  for (const many of [2, 24, 25, 60]) {
    const names = Array.from({ length: many }, (_, place) => `n${(place * 7) % many}-${place}`);
    const value: Json = Object.fromEntries(names.map((each) => [each, 1]));
    expect(canonicalJson(value)).toBe(`{${names.toSorted().map((each) => `"${each}":1`)}}`);
  }
});

test("text of any one character is written in canonical JSON as the language writes it", () => {
  const characters = Array.from({ length: 0xd800 }, (_, code) => String.fromCharCode(code));
  expect(characters.filter((each) => canonicalJson(each) !== JSON.stringify(each))).toEqual([]);
});
