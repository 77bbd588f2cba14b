import type { RateLimit, ToolContract } from "./tool-contract.ts";

/** Compared without dividing: rounding must not decide. */
const isSlower = (one: RateLimit, other: RateLimit): boolean => {
  const [mine, theirs] = [one.limit * other.window_seconds, other.limit * one.window_seconds];
  return mine < theirs || (mine === theirs && one.limit < other.limit);
};

/**
 * As few calls at once as the fewest of them, as slowly as the slowest: two in ten seconds and six in an hour are two in
 * twenty minutes, which keeps to both.
 */
const together = (limits: readonly RateLimit[], first: RateLimit): RateLimit => {
  const limit = limits.reduce((least, each) => Math.min(least, each.limit), first.limit);
  const slowest = limits.reduce((known, each) => (isSlower(each, known) ? each : known), first);
  if (slowest.limit === limit) return slowest;
  return { ...slowest, limit, window_seconds: Math.ceil((limit * slowest.window_seconds) / slowest.limit) };
};

/**
 * Where contracts state different limits of one service, all of them hold for all of its calls, in whatever order they
 * come.
 */
export const strictestLimits = (
  contracts: Iterable<Pick<ToolContract, "rate_limit">>,
): ReadonlyMap<string, RateLimit> => {
  const stated = [...contracts].flatMap(({ rate_limit }) => (rate_limit === null ? [] : [rate_limit]));
  return new Map(
    [...Map.groupBy(stated, ({ service }) => service)].flatMap(([service, limits]): [string, RateLimit][] => {
      const [first] = limits;
      return first === undefined ? [] : [[service, together(limits, first)]];
    }),
  );
};
