import type { VisitLimits } from "../../../shared/ports/pages.ts";

/** Part of a tool's time that is kept for saying what came of it: half of that for the page, which can say it best. */
const MARGIN = 0.1;

/** The time that a visit has. */
export type Deadline = {
  /** Milliseconds that are left, one at least: zero means for ever to a browser's library. */
  left(): number;
  over(): boolean;
  /** Milliseconds until a page is not waited for any more that has not even said that its time was over. */
  patience(): number;
};

/** `now`: milliseconds since some moment. */
export const deadlineOf = ({ timeout_ms, signal }: VisitLimits, now: () => number): Deadline => {
  const until = now() + timeout_ms * (1 - MARGIN);
  const given_up = until + (timeout_ms * MARGIN) / 2;
  return {
    patience: () => Math.max(1, given_up - now()),
    left: () => Math.max(1, until - now()),
    over: () => signal?.aborted === true || now() >= until,
  };
};
