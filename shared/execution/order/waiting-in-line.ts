import { wasSetBack } from "../../plan/set-back.ts";
import type { StepRecord } from "../record/step-record.ts";

/** How things stand for who waits for a lease, a slot or a token. */
export type Line = {
  /** How many come first, as far as there is an order. */
  readonly ahead: number;
  /** When what is waited for was last given to somebody, ISO 8601; null where nobody knows. */
  readonly moved_at: string | null;
};

/**
 * Whether waiting has become hopeless. The time to give up counts while nothing moves: from when the wait began, or, if
 * that is later, from when somebody else was given what is waited for; and once for each of those who come first. So a
 * call whose turn comes is never lost for the number of those before it, and one behind a holder that never lets go is.
 * A moment that a clock gave which was set back since tells nothing of when something moved.
 */
export const givesUp = (
  wait: { readonly waiting_since: string; readonly limit_seconds: number },
  { ahead, moved_at }: Line,
  now: string,
): boolean => {
  const moved = moved_at === null || wasSetBack(now, moved_at) ? 0 : Date.parse(moved_at);
  const counts_from = Math.max(Date.parse(wait.waiting_since), moved);
  return Date.parse(now) - counts_from >= wait.limit_seconds * (ahead + 1) * 1_000;
};

/** The slot of a tool, or the lease, that a step waits out a pause for; neither where it waits for something else, or not at all. */
export const waitsFor = (
  { state, phase, look_again_at, waits_for_slot_of, waits_for_lease }: StepRecord,
  now: string,
): { readonly slot_of?: string | undefined; readonly lease?: string | undefined } => {
  const acts = phase === "open" && (state === "LIVE" || state === "ROLLBACK");
  const pauses = look_again_at !== null && look_again_at > now;
  return acts && pauses ? { slot_of: waits_for_slot_of ?? undefined, lease: waits_for_lease ?? undefined } : {};
};
