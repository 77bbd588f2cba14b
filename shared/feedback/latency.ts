import { z } from "zod";
import { addNumbers, joinRecords } from "./counts.ts";

const count = z.number().int().nonnegative();

/** Durations of calls in whole milliseconds. Sums of whole numbers, so that adding is exact in any order. */
export const latencyAggregate = z.strictObject({
  calls: count,
  sum_ms: count,
  min_ms: count.nullable(),
  max_ms: count.nullable(),
  /** Calls per bucket; bucket n holds durations above 2^((n-1)/2) ms up to 2^(n/2) ms. Empty buckets have no entry. */
  buckets: z.record(z.string(), count),
});
export type LatencyAggregate = z.infer<typeof latencyAggregate>;

/** Upper bound 2^20 ms = 17 minutes; a contract's timeout is at most 15. Longer ones are counted in the last. */
export const LAST_BUCKET = 40;

export const emptyLatency: LatencyAggregate = { calls: 0, sum_ms: 0, min_ms: null, max_ms: null, buckets: {} };

export const bucketOf = (duration_ms: number): number =>
  Math.min(LAST_BUCKET, Math.max(0, Math.ceil(2 * Math.log2(Math.max(1, duration_ms)))));

const upperBoundMs = (bucket: number): number => 2 ** (bucket / 2);

export const latencyOf = (durations_ms: readonly number[]): LatencyAggregate => {
  const whole = durations_ms.map((duration) => Math.round(duration));
  return whole.map(oneCall).reduce(addLatencies, emptyLatency);
};

const oneCall = (ms: number): LatencyAggregate => ({
  calls: 1,
  sum_ms: ms,
  min_ms: ms,
  max_ms: ms,
  buckets: { [bucketOf(ms)]: 1 },
});

export const addLatencies = (one: LatencyAggregate, other: LatencyAggregate): LatencyAggregate => ({
  calls: one.calls + other.calls,
  sum_ms: one.sum_ms + other.sum_ms,
  min_ms: extreme(Math.min, one.min_ms, other.min_ms),
  max_ms: extreme(Math.max, one.max_ms, other.max_ms),
  buckets: joinRecords(one.buckets, other.buckets, addNumbers),
});

const extreme = (pick: (a: number, b: number) => number, one: number | null, other: number | null): number | null => {
  if (one === null) return other;
  return other === null ? one : pick(one, other);
};

const sorted = (latency: LatencyAggregate): [bucket: number, calls: number][] =>
  Object.entries(latency.buckets)
    .map(([bucket, calls]): [number, number] => [Number(bucket), calls])
    .sort(([one], [other]) => one - other);

/** The bucket in which the call of rank ceil(`share` x calls) lies; undefined without calls. */
export const percentileBucket = (latency: LatencyAggregate, share: number): number | undefined => {
  const rank = Math.max(1, Math.ceil(share * latency.calls));
  let seen = 0;
  for (const [bucket, calls] of sorted(latency)) {
    seen += calls;
    if (seen >= rank) return bucket;
  }
  return undefined;
};

/**
 * Percentile in milliseconds, `share` in 0..1; null without calls. Read from the histogram: never below the true one
 * (in whole milliseconds), and above it by less than a factor of the square root of two.
 */
export const percentileMs = (latency: LatencyAggregate, share: number): number | null => {
  const bucket = percentileBucket(latency, share);
  if (bucket === undefined || latency.max_ms === null) return null;
  return bucket === LAST_BUCKET ? latency.max_ms : Math.min(latency.max_ms, Math.floor(upperBoundMs(bucket)));
};

export const meanMs = (latency: LatencyAggregate): number | null =>
  latency.calls === 0 ? null : latency.sum_ms / latency.calls;

/** Calls in buckets above, and below, `bucket`. */
export const callsBeside = (latency: LatencyAggregate, bucket: number): { above: number; below: number } => {
  let above = 0;
  let below = 0;
  for (const [place, calls] of sorted(latency)) {
    if (place > bucket) above += calls;
    if (place < bucket) below += calls;
  }
  return { above, below };
};
