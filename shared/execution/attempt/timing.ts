import { keyKnownSeconds, type ToolContractInput } from "../../contracts/tool-contract.ts";
import { instantAfter } from "../../plan/instant.ts";
import { wasSetBack } from "../../plan/set-back.ts";
import type { LedgerRow } from "../record/ledger-row.ts";

/** The times that a deployment decides, in seconds. */
export type Times = {
  /** How long to wait before an unknown outcome is looked up. */
  readonly settling_seconds: number;
  /** The largest difference between the clocks of two functions; 0 where there is one clock. */
  readonly largest_clock_skew_seconds: number;
};

type Timeout = Pick<ToolContractInput, "timeout_seconds">;

/** Time a function may go on after the contract's timeout: to write the outcome and let go. */
export const MARGIN_SECONDS = 30;

/** Moments are ISO 8601 throughout: `at`, `now`, and every answer. */
export const secondsAfter = (at: string, seconds: number): string => instantAfter(Date.parse(at), seconds * 1000);

/** Reads may be tried again: twice after the first attempt. */
export const READ_ATTEMPTS = 3;

/** Until when a call that starts now may run by any clock, with the time to write its outcome; a read with every try. */
export const mayRunUntil = (now: string, { timeout_seconds }: Timeout, times: Times, tries = 1): string =>
  secondsAfter(now, timeout_seconds * tries + MARGIN_SECONDS + times.largest_clock_skew_seconds);

/** Until when one that is sent again now may be under way, by the clock of who sends it. */
export const underWayUntil = (now: string, { timeout_seconds }: Timeout): string =>
  secondsAfter(now, timeout_seconds + MARGIN_SECONDS);

/** Whether a call that is sent now ends before the moment until which it was said to be under way. */
export const endsBy = (until: string, now: string, { timeout_seconds }: Timeout): boolean =>
  secondsAfter(now, timeout_seconds) <= until;

/** Whether a moment that was written by one clock has passed by every other. */
export const isPastByAnyClock = (
  until: string,
  now: string,
  { largest_clock_skew_seconds }: Pick<Times, "largest_clock_skew_seconds">,
): boolean => until < secondsAfter(now, -largest_clock_skew_seconds);

/**
 * Getting ready took so long that the call would outlive its row, its leases and its deadline, by its own clock:
 * nothing may be sent any more.
 */
export const isTooLate = (started_at: string, now: string): boolean =>
  Date.parse(now) - Date.parse(started_at) > MARGIN_SECONDS * 1000;

/** When a call without an answer can take effect no more, by any clock: not before may it be asked about or sent again. */
export const settlesAt = ({ started_at, ended_at }: Pick<LedgerRow, "started_at" | "ended_at">, times: Times): string =>
  secondsAfter(ended_at ?? started_at, times.settling_seconds + times.largest_clock_skew_seconds);

type Written = Pick<LedgerRow, "started_at" | "ended_at" | "set_back">;

/**
 * Whether the clock was set back since a call of unknown outcome was last written about, `put_off_at` being when that was
 * of its step: one of these lies ahead of now. Where the row says so already: whether it was once more.
 */
export const setBackSince = (
  { started_at, ended_at, set_back }: Written,
  put_off_at: string | null,
  { timeout_seconds }: Timeout,
  { times, now }: { readonly times: Times; readonly now: string },
): boolean => {
  // Before it is sent again, a row says until when that may be under way.
  const ended = ended_at === null ? null : secondsAfter(ended_at, -timeout_seconds - MARGIN_SECONDS);
  const written = set_back === true ? [ended] : [started_at, ended, put_off_at];
  return written.some((at) => at !== null && wasSetBack(now, at, times.largest_clock_skew_seconds));
};

/** A first sending, with the contract of the tool that was called. */
export type Sent = {
  readonly row: Written;
  readonly contract: Timeout;
  readonly times: Times;
  readonly now: string;
};

/**
 * Until when it may take effect: its service was free to go on with it for as long as the contract gives it, whatever
 * became of the connection or of the process that waited. Before, nothing shows that it did not happen. Where the clock
 * was set back to before its start, that counts from when it was found: no later than that was it sent.
 * @returns undefined once that is over
 */
export const mayStillHappen = ({ row, contract, times, now }: Sent): string | undefined => {
  const seconds = contract.timeout_seconds + times.settling_seconds + times.largest_clock_skew_seconds;
  const { started_at, ended_at, set_back } = row;
  const over = secondsAfter(set_back && ended_at !== null && ended_at < started_at ? ended_at : started_at, seconds);
  return over > now ? over : undefined;
};

/**
 * Why a key must not be sent any more, if so: the provider may have forgotten it, by any clock, before a sending that
 * starts now ends, and the same key would make the same call a second time. So it may where the clock was set back since:
 * for how long a machine was away, its clock tells nobody then.
 */
export const keyForgotten = (
  { started_at, set_back }: Pick<LedgerRow, "started_at" | "set_back">,
  contract: ToolContractInput,
  times: Times,
  now: string,
): string | undefined => {
  const known = keyKnownSeconds(contract);
  const why = `its key is known for ${known} s after ${started_at}`;
  if (set_back) return `${why}, and the clock was set back since`;
  return mayRunUntil(now, contract, times) < secondsAfter(started_at, known) ? undefined : why;
};

/** When an outcome is asked about again that was asked about so many times: after twice as long a pause each time. */
export const askedAgainAt = (tried: number, times: Times, now: string): string =>
  secondsAfter(now, Math.max(1, times.settling_seconds) * 2 ** Math.max(0, tried - 1));

/** A pause that doubles with each time it was in vain, in seconds: `first` at first, `at_most` in the end. */
export const growingPause = (inVain: number, { first, at_most }: { first: number; at_most: number }): number =>
  Math.min(at_most, first * 2 ** Math.min(inVain, 10));

/** When a start that came to nothing, or a look that ended in an error, is made again: 2, 4, 8 and 16 seconds later. */
export const begunAgainAt = (count: number, now: string): string => secondsAfter(now, 2 ** count);
