import type { VisitLimits } from "../../../shared/ports/pages.ts";

/** Part of a tool's time that is kept for saying what came of it. */
const MARGIN = 0.1;

/** The time that a visit has. */
export type Deadline = {
  /** Milliseconds that are left, one at least: zero means for ever to a browser's library. */
  left(): number;
  over(): boolean;
};

/** `now`: milliseconds since some moment. */
export const deadlineOf = ({ timeout_ms, signal }: VisitLimits, now: () => number): Deadline => {
  const until = now() + timeout_ms * (1 - MARGIN);
  return {
    left: () => Math.max(1, until - now()),
    over: () => signal?.aborted === true || now() >= until,
  };
};
