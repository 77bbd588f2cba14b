import { quoted } from "../../plan/suggestion.ts";
import { Surprise } from "../../plan/surprise.ts";
import type { GuardedPattern } from "../pattern/guarded-pattern.ts";
import { BudgetSpent } from "../pattern/run-program.ts";

/** Set on every schema that can stand beside others or be referred to: each time it is tried counts as a step. */
export const COUNTED = "x-buddy-counted";

/** Steps of one check. Arguments have 64 KB, some 16,000 values: a dozen tries for each of them. */
const MAX_STEPS = 200_000;

/** Steps of patterns in one check: an ordinary one takes one or two a character. */
const MAX_PATTERN_STEPS = 2_000_000;

/** A check that was cut off; the message says what took so long. */
export class CheckCutOff extends Surprise {
  override readonly name = "CheckCutOff";
}

/** Checks are made one at a time and end before another begins. */
let stepsLeft = MAX_STEPS;
const patterns = { left: MAX_PATTERN_STEPS };

/** Before each check. */
export const fillBudgets = (): void => {
  stepsLeft = MAX_STEPS;
  patterns.left = MAX_PATTERN_STEPS;
};

/** @throws CheckCutOff */
export const countStep = (): boolean => {
  stepsLeft -= 1;
  if (stepsLeft < 0) {
    throw new CheckCutOff(
      `takes more than ${MAX_STEPS} steps; alternatives (anyOf, oneOf) that refer to one another multiply`,
    );
  }
  return true;
};

/** @throws CheckCutOff */
export const matchWithin = (guarded: GuardedPattern, pattern: string, text: string): boolean => {
  try {
    return guarded.test(text, patterns);
  } catch (cause) {
    if (!(cause instanceof BudgetSpent)) throw cause;
    throw new CheckCutOff(
      `takes more than ${MAX_PATTERN_STEPS} steps: pattern ${quoted(pattern)} tries too many ways to match a text of ${text.length} characters`,
    );
  }
};
