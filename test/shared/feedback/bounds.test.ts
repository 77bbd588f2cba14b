import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ENOUGH_EVIDENCE, probabilityBelow, probabilityGreater, rateBounds } from "../../../shared/feedback/bounds.ts";

/** Computed with 25 digits by bisection on the regularised incomplete beta function. */
const REFERENCE = [
  [0, 0, 0.006155829702, 0.9938441703],
  [0, 5, 0.0003739970278, 0.3057455847],
  [1, 2, 0.09730818174, 0.9026918183],
  [3, 5, 0.2606337087, 0.8722244005],
  [17, 17, 0.8946524227, 0.9998860434],
  [18, 18, 0.9001238204, 0.9998922861],
  [29, 30, 0.8769022316, 0.9941036959],
  [95, 100, 0.9042292365, 0.9768671488],
  [950, 1000, 0.9376888531, 0.9603911543],
] as const;

const sample = fc
  .integer({ min: 0, max: 100_000 })
  .chain((trials) => fc.integer({ min: 0, max: trials }).map((successes) => ({ successes, trials })));

describe("bounds of a rate", () => {
  it.each(REFERENCE)("the bound of a rate of %i of %i lies between %f and %f", (successes, trials, lower, upper) => {
    const found = rateBounds(successes, trials);
    expect(found.lower).toBeCloseTo(lower, 7);
    expect(found.upper).toBeCloseTo(upper, 7);
  });

  it("18 of 18 is the first all-good sample whose lower bound reaches 0.90", () => {
    const sizes = Array.from({ length: 40 }, (_, size) => size);
    expect(sizes.find((size) => rateBounds(size, size).lower >= 0.9)).toBe(ENOUGH_EVIDENCE);
    expect(ENOUGH_EVIDENCE).toBe(18);
  });

  it("the bounds of a rate leave five percent on each side, for samples of any size", () => {
    fc.assert(
      fc.property(sample, ({ successes, trials }) => {
        const { lower, upper } = rateBounds(successes, trials);
        expect(probabilityBelow(lower, successes, trials)).toBeCloseTo(0.05, 5);
        expect(probabilityBelow(upper, successes, trials)).toBeCloseTo(0.95, 5);
        expect(lower).toBeLessThan(upper);
      }),
    );
  });

  it("the bounds of a rate mirror each other when successes and failures change places", () => {
    fc.assert(
      fc.property(sample, ({ successes, trials }) => {
        expect(rateBounds(successes, trials).lower).toBeCloseTo(1 - rateBounds(trials - successes, trials).upper, 6);
      }),
    );
  });

  it("every success more raises the bounds of a rate", () => {
    fc.assert(
      fc.property(sample, ({ successes, trials }) => {
        expect(rateBounds(successes + 1, trials + 1).lower).toBeGreaterThan(rateBounds(successes, trials + 1).lower);
      }),
    );
  });

  it("bounds are refused for what is no proportion", () => {
    expect(() => rateBounds(3, 2)).toThrow(RangeError);
    expect(() => rateBounds(-1, 2)).toThrow(RangeError);
    expect(() => rateBounds(Number.NaN, 2)).toThrow(RangeError);
  });
});

describe("the probability that one rate exceeds another", () => {
  it("the probability that one rate exceeds another is one half for equal samples and adds up to one both ways", () => {
    fc.assert(
      fc.property(sample, sample, (one, other) => {
        expect(probabilityGreater(one, one)).toBeCloseTo(0.5, 6);
        expect(probabilityGreater(one, other) + probabilityGreater(other, one)).toBeCloseTo(1, 6);
      }),
    );
  });

  it("the probability that one rate exceeds another comes near to certainty when the samples leave no doubt", () => {
    expect(probabilityGreater({ successes: 99, trials: 100 }, { successes: 50, trials: 100 })).toBeGreaterThan(0.999);
  });
});
