import fc from "fast-check";
import { expect, it } from "vitest";
import { strictestLimits } from "../../../shared/contracts/strictest-limits.ts";

const limit = (calls: number, window_seconds: number) => ({
  rate_limit: { service: "post", limit: calls, window_seconds },
});

it("the slower of two limits of one service holds, whichever is named first", () => {
  const [slow, fast] = [limit(2, 60), limit(100, 60)];
  expect(strictestLimits([slow, fast]).get("post")).toEqual(slow.rate_limit);
  expect(strictestLimits([fast, slow]).get("post")).toEqual(slow.rate_limit);
  expect(strictestLimits([{ rate_limit: null }]).size).toBe(0);
});

it("where one limit allows fewer calls at once and another fewer in the long run, both are kept to", () => {
  const [burst, long] = [limit(2, 10), limit(6, 3_600)];
  for (const contracts of [
    [burst, long],
    [long, burst],
  ]) {
    expect(strictestLimits(contracts).get("post")).toEqual({ service: "post", limit: 2, window_seconds: 1_200 });
  }
});

it("of any limits none is exceeded, at once or in the long run, and their order does not matter", () => {
  const limits = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })), { minLength: 1 });
  fc.assert(
    fc.property(limits, (pairs) => {
      const contracts = pairs.map(([calls, seconds]) => limit(calls, seconds));
      const found = strictestLimits(contracts).get("post");
      expect(strictestLimits(contracts.toReversed()).get("post")).toEqual(found);
      for (const { rate_limit } of contracts) {
        const [mine, theirs] = [
          (found?.limit ?? 0) * rate_limit.window_seconds,
          rate_limit.limit * (found?.window_seconds ?? 0),
        ];
        expect(mine).toBeLessThanOrEqual(theirs);
        expect(found?.limit).toBeLessThanOrEqual(rate_limit.limit);
      }
    }),
  );
});
