import { z } from "zod";

/**
 * One thing that is wrong with an input: where (JSON Pointer into what was sent), which rule,
 * and a message that says what to do about it.
 */
export const violation = z.strictObject({
  path: z.string(),
  rule: z.string(),
  message: z.string(),
});
export type Violation = z.infer<typeof violation>;

/** More than this many violations are counted, not listed: a reply must stay readable and small. */
export const MAX_VIOLATIONS_LISTED = 100;

export const violations = z.strictObject({
  violations: z.array(violation),
  /** How many more there are than are listed; 0 when all are listed. */
  more: z.number().int().nonnegative(),
});
export type Violations = z.infer<typeof violations>;

export const listViolations = (all: readonly Violation[]): Violations => ({
  violations: all.slice(0, MAX_VIOLATIONS_LISTED),
  more: Math.max(0, all.length - MAX_VIOLATIONS_LISTED),
});
