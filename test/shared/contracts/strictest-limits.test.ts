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

it("of limits that come to the same the one with fewer calls at once holds, in any order", () => {
  const limits = fc.array(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 20 })), { minLength: 1 });
  fc.assert(
    fc.property(limits, (pairs) => {
      const contracts = pairs.map(([calls, seconds]) => limit(calls, seconds));
      const found = strictestLimits(contracts).get("post");
      expect(strictestLimits(contracts.toReversed()).get("post")).toEqual(found);
      for (const { rate_limit } of contracts) {
        const rates = [found?.limit ?? 0, rate_limit.limit].map((n, place) =>
          place === 0 ? n * rate_limit.window_seconds : n * (found?.window_seconds ?? 0),
        );
        expect(rates[0]).toBeLessThanOrEqual(rates[1] ?? 0);
      }
    }),
  );
});
