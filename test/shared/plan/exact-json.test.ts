import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseExactJson } from "../../../shared/plan/exact-json.ts";

describe("JSON of a service", () => {
  it.each([
    ['{"id":9007199254740993}', { id: "9007199254740993" }],
    ['{"ids":[18446744073709551615,-9007199254740993,1]}', { ids: ["18446744073709551615", "-9007199254740993", 1] }],
    [
      '{"id":9007199254740991,"x":1e300,"y":12345678901234567e3}',
      { id: 9007199254740991, x: 1e300, y: 12345678901234567e3 },
    ],
    ['{"__proto__":{"id":9007199254740993}}', JSON.parse('{"__proto__":{"id":"9007199254740993"}}')],
    ['"9007199254740993"', "9007199254740993"],
    [
      '{"a":1e400,"b":[-1e999,1],"c":1E+309,"d":1e308,"e":1e-400}',
      { a: "1e400", b: ["-1e999", 1], c: "1E+309", d: 1e308, e: 0 },
    ],
    [`{"id":${"9".repeat(400)},"x":${"9".repeat(400)}.5}`, { id: "9".repeat(400), x: `${"9".repeat(400)}.5` }],
  ])(
    "JSON of a service keeps a number that none here is as it was written, and nothing else as text: %s",
    (text, value) => {
      expect(JSON.stringify(parseExactJson(text))).toBe(JSON.stringify(value));
    },
  );

  it("JSON of a service is what any parser makes of it where its numbers can be held", () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(parseExactJson(text)).toEqual(JSON.parse(text));
      }),
    );
  });

  it("JSON of a service is read however deep it is nested, and refused where it is none", () => {
    const deep = `${"[".repeat(100_000)}9007199254740993${"]".repeat(100_000)}`;
    expect(Array.isArray(parseExactJson(deep))).toBe(true);
    expect(() => parseExactJson('{"id":9007199254740993')).toThrow(SyntaxError);
  });
});
