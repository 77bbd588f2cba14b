import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fromStepLengths, toStepLengths } from "../../../shared/audit/step-lengths.ts";

const steps = fc.uniqueArray(
  fc.record({ step_id: fc.string(), seq: fc.integer({ min: 0, max: 4 }) }, { noNullPrototype: true }),
  { selector: ({ step_id }) => step_id },
);
const byId = (one: { step_id: string }, other: { step_id: string }) => (one.step_id < other.step_id ? -1 : 1);

describe("the lengths of step chains", () => {
  it("the lengths of step chains are read back as they were, in whatever order the steps come", () => {
    fc.assert(
      fc.property(steps, (all) => {
        const ids = all.map(({ step_id }) => step_id).reverse();
        expect(fromStepLengths(toStepLengths(all), ids)).toEqual([...all].sort(byId));
      }),
    );
  });

  it("the lengths of step chains take one pair for any number of steps that went the same way", () => {
    const many = Array.from({ length: 10_000 }, (_, at) => ({ step_id: `s${at}`, seq: 7 }));
    expect(toStepLengths(many)).toEqual([[10_000, 7]]);
  });

  it("the lengths of step chains say nothing of another number of steps, however large it is made", () => {
    expect(fromStepLengths([[2, 3]], ["a"])).toBeUndefined();
    expect(fromStepLengths([[1, 3]], ["a", "b"])).toBeUndefined();
    expect(fromStepLengths([[Number.MAX_SAFE_INTEGER, 3]], ["a"])).toBeUndefined();
  });
});
