import fc from "fast-check";
import { expect, it } from "vitest";
import { argumentSizeFault, MAX_ARGUMENT_BYTES } from "../../../shared/plan/argument-size.ts";

/** Texts whose length as JSON is anything from one to six bytes a unit, many enough to stand on either side of the limit. */
const large = fc
  .record({
    unit: fc.constantFrom("a", "\u001f", '"', "é", "漢", "😀", "\ud800"),
    times: fc.integer({ min: 1, max: 70_000 }),
    beside: fc.jsonValue({ maxDepth: 2 }),
  })
  .map(({ unit, times, beside }) => ({ text: unit.repeat(times), beside, "naïve \u0001": -1.2345678901234568e-300 }));

it("arguments are too large where their JSON text has more bytes than the limit, and only there", () => {
  fc.assert(
    fc.property(large, (args) => {
      const bytes = Buffer.byteLength(JSON.stringify(args));
      expect(argumentSizeFault(args) !== undefined).toBe(bytes > MAX_ARGUMENT_BYTES);
    }),
  );
});

it("arguments of exactly the limit are taken, one byte more is not, whatever their text consists of", () => {
  for (const unit of ["a", "\u001f", "漢"]) {
    const bytesOf = (text: string): number => Buffer.byteLength(JSON.stringify({ text }));
    const each = bytesOf(unit) - bytesOf("");
    const whole = unit.repeat(Math.floor((MAX_ARGUMENT_BYTES - bytesOf("")) / each));
    const full = whole + "a".repeat(MAX_ARGUMENT_BYTES - bytesOf(whole));
    expect(argumentSizeFault({ text: full })).toBeUndefined();
    expect(argumentSizeFault({ text: `${full}a` })).toContain("65537 bytes or more");
  }
});
