import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inexactPlaces } from "../../../shared/plan/inexact-places.ts";

describe("a place that cannot be said again", () => {
  it.each([
    ["9007199254740993", [""]],
    [
      '{"a":{"id":9007199254740992,"x":12345678901234567.89},"b":[1,0.12345678901234567891]}',
      ["/a/id", "/a/x", "/b/1"],
    ],
    ['{"a":1e400,"b":1e-400,"c/d":123456789.123456789012}', ["/a", "/b", "/c~1d"]],
    ['{"a":{"__proto__":{"x":1},"b":1},"c":{"\\u005f_proto__":2}}', ["/a/__proto__", "/c/__proto__"]],
    [`{"a":1.${"0".repeat(500)}1}`, ["/a"]],
  ])(
    "a place that cannot be said again is each number that no number here is, and what loses a field: %s",
    (text, places) => {
      expect(inexactPlaces(text)).toEqual(places);
    },
  );

  it.each([
    '{"a":9007199254740991,"b":1.10,"c":1e3,"d":100000000000000000e3,"e":0.1,"f":-0.0,"g":0e999,"h":1.7976931348623157e308}',
    '{"a":0.30000000000000004,"b":52.520006000000000000e0,"c":"9007199254740993","d":"1e400"}',
    '"__proto__"',
  ])("a place that cannot be said again is none that says the same number in other digits: %s", (text) => {
    expect(inexactPlaces(text)).toEqual([]);
  });

  it("a place that cannot be said again is none of a double that was written as short as it can be", () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
        const kept = Number.isSafeInteger(value) || !/^-?\d+$/.test(String(value));
        expect(inexactPlaces(String(value))).toEqual(kept ? [] : [""]);
      }),
    );
  });

  it("a place that cannot be said again is the whole of what is nested too deep to be looked through", () => {
    expect(inexactPlaces(`${"[".repeat(100_000)}9007199254740993${"]".repeat(100_000)}`)).toEqual([""]);
  });
});
