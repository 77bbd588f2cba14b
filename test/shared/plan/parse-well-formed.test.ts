import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseWellFormed } from "../../../shared/plan/parse-well-formed.ts";

describe("JSON read as text that can be stored", () => {
  it.each([
    ['{"a":"x\\ud800y"}', { a: "x\ufffdy" }],
    ['{"a":"x\\uDC00"}', { a: "x\ufffd" }],
    ['{"\\ud83d":1}', { "\ufffd": 1 }],
    ['["\ud83d"]', ["\ufffd"]],
    ['["\\ud83d\\ude00"]', ["😀"]],
    ['["\\\\ud800", "\\\\\\ud800"]', ["\\ud800", "\\\ufffd"]],
  ])("%j is read as %j", (text, value) => {
    expect(parseWellFormed(text)).toEqual(value);
  });

  it("every JSON text is read as it is, but for halves of characters", () => {
    fc.assert(
      fc.property(fc.json({ stringUnit: "binary" }), (text) => {
        expect(parseWellFormed(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 200 },
    );
  });

  it("any text of any characters is read back well formed", () => {
    const unit = fc.constantFrom("\\", '"', "u", "d", "\ud83d", "\ude00", "ud800", "\ufffd", "é");
    fc.assert(
      fc.property(fc.string({ unit }), (given) => {
        expect(parseWellFormed(JSON.stringify([given]))).toEqual([given.toWellFormed()]);
      }),
    );
  });

  it("a text that is no JSON is refused as any parser does", () => {
    expect(() => parseWellFormed("{")).toThrow(SyntaxError);
  });
});
