import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseJsonBody } from "../../../shared/plan/parse-json-body.ts";

const messageOf = (text: string) => {
  const result = parseJsonBody(text);
  return result.ok ? undefined : result.refusal.violations[0]?.message;
};

describe("a JSON body", () => {
  it.each([
    ['{"a":}', "line 1, column 6"],
    ['{\n  "a": 1,\n  "b" 2\n}', "line 3, column 7"],
    ["[1,]", "line 1, column 4"],
    ['{"a": tru}', "line 1, column 7"],
    ['{"a": 01}', "line 1, column 7"],
    ['{"a": 1} x', "line 1, column 10"],
    ['["\\x"]', "line 1, column 3"],
    ['["a\nb"]', "line 1, column 4"],
    ["", "line 1, column 1"],
    ['{"a": [1', "line 1, column 9"],
    ["{a: 1}", "line 1, column 2"],
    ["[1}", "line 1, column 3"],
  ])("a JSON body malformed as %j is refused at %s", (text, place) => {
    expect(messageOf(text)).toContain(place);
  });

  it("a JSON body with a key that stands twice in one object is refused, escaped spelling or not", () => {
    const result = parseJsonBody('{"x": [{"a": 1}, {"a": 1, "b": {}, "\\u0061": 2}]}');
    expect(result).toMatchObject({ ok: false, refusal: { violations: [{ path: "/x/1/a", rule: "duplicate_key" }] } });
  });

  it.each(["-1844674407370955161500001", "10000000000000000000001", `1${"0".repeat(30)}1`])(
    "a JSON body with an integer that no number is exactly is refused at its place: %s",
    (digits) => {
      expect(parseJsonBody(`{"a": [1, {"id": ${digits}}]}`)).toMatchObject({
        ok: false,
        refusal: { violations: [{ path: "/a/1/id", rule: "unsafe_number" }] },
      });
    },
  );

  it.each(["1.5e300", "1e21", "-2.5E+22", "9007199254740991", "1e999", "9".repeat(400), "0.1234567890123456789"])(
    "a JSON body with a number that is none, or is one by its exponent, is taken: %s",
    (number) => {
      expect(parseJsonBody(`{"a": ${number}}`)).toEqual({ ok: true, value: { a: Number(number) } });
    },
  );

  it("a JSON body is taken exactly where JSON.parse takes it, with the same value", () => {
    const pieces = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"b\\n"',
      '"',
      "1",
      "-",
      "0.5e3",
      "null",
      "tru",
      " ",
      "\n",
      "\\",
    );
    const anyText = fc.oneof(
      fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join("")),
      fc.json(),
    );
    const parsed = (text: string) => {
      try {
        return { ok: true, value: JSON.parse(text) };
      } catch {
        return { ok: false };
      }
    };
    fc.assert(
      fc.property(anyText, (text) => {
        const ours = parseJsonBody(text);
        if (!ours.ok && ours.refusal.violations[0]?.rule === "duplicate_key") return;
        expect(ours.ok ? ours : { ok: false }).toEqual(parsed(text));
      }),
      { numRuns: 2_000 },
    );
  });

  it("a JSON body may nest as deeply as it likes without exhausting the stack", () => {
    expect(parseJsonBody(`${"[".repeat(100_000)}${"]".repeat(100_000)}`).ok).toBe(true);
    expect(parseJsonBody("[".repeat(100_000)).ok).toBe(false);
  });

  it("a JSON body keeps a __proto__ key as a field and changes no prototype", () => {
    const result = parseJsonBody('{"__proto__": {"polluted": 1}}');
    expect(result.ok && Object.keys(Object(result.value))).toEqual(["__proto__"]);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
  });
});
