import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callsBeside, latencyOf, percentileMs } from "../../../shared/feedback/latency.ts";

const durations = fc.array(fc.integer({ min: 0, max: 900_000 }), { minLength: 1, maxLength: 60 });

describe("latency as a histogram", () => {
  it("a histogram reads percentiles of latency never below the true one, and above it by less than a factor of root two", () => {
    fc.assert(
      fc.property(durations, fc.constantFrom(0.5, 0.9, 0.95, 1), (calls, share) => {
        const truth = calls.toSorted((a, b) => a - b)[Math.ceil(share * calls.length) - 1] ?? Number.NaN;
        const read = percentileMs(latencyOf(calls), share) ?? Number.NaN;
        expect(read).toBeGreaterThanOrEqual(truth);
        expect(read).toBeLessThanOrEqual(Math.max(1, truth * Math.SQRT2 + 1e-6));
      }),
    );
  });

  it("a histogram of latency counts every call in one bucket", () => {
    fc.assert(
      fc.property(durations, fc.integer({ min: 0, max: 40 }), (calls, bucket) => {
        const latency = latencyOf(calls);
        const { above, below } = callsBeside(latency, bucket);
        expect(above + below + (latency.buckets[bucket] ?? 0)).toBe(calls.length);
      }),
    );
  });

  it("a histogram of latency knows no percentile without calls", () => {
    expect(percentileMs(latencyOf([]), 0.95)).toBeNull();
  });
});
