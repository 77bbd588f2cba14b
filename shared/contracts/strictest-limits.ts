import type { RateLimit, ToolContract } from "./tool-contract.ts";

/** Fewer calls in the long run, or, where that is the same, fewer at once. */
const isStricter = (one: RateLimit, other: RateLimit): boolean => {
  // Compared without dividing: rounding must not decide.
  const [slower, faster] = [one.limit * other.window_seconds, other.limit * one.window_seconds];
  return slower < faster || (slower === faster && one.limit < other.limit);
};

/** Where contracts state different limits of one service, the strictest holds for all of them, in whatever order they come. */
export const strictestLimits = (
  contracts: Iterable<Pick<ToolContract, "rate_limit">>,
): ReadonlyMap<string, RateLimit> => {
  const limits = new Map<string, RateLimit>();
  for (const { rate_limit } of contracts) {
    if (rate_limit === null) continue;
    const known = limits.get(rate_limit.service);
    if (known === undefined || isStricter(rate_limit, known)) limits.set(rate_limit.service, rate_limit);
  }
  return limits;
};
