import type { ToolContractInput } from "../../contracts/tool-contract.ts";
import type { LedgerRow } from "../record/ledger-row.ts";
import type { StepRecord } from "../record/step-record.ts";
import { SIDES } from "./side.ts";
import { keyForgotten, mayStillHappen, type Sent, setBackSince, settlesAt, type Times } from "./timing.ts";

/** How often an unknown outcome is looked up, or the call sent again under its key, before a person is asked. */
export const RESOLUTION_ATTEMPTS = 3;

/** A row of the ledger, with all on which it depends how it is taken further. */
export type Standing = {
  readonly row: LedgerRow;
  readonly record: Pick<StepRecord, "waiting_since" | "deferrals" | "look_again_at" | "updated_at">;
  /** Of the tool that is called: of a compensation the one that undoes. */
  readonly contract: ToolContractInput;
  /**
   * Of an INDETERMINATE row: whether what it may have written was kept from others all the time; undefined where the
   * row was settled while that was looked at.
   */
  readonly kept: boolean | undefined;
  /** In words, where somebody aborted the execution. */
  readonly aborted: string | undefined;
  readonly times: Times;
  readonly now: string;
};

/** `tried` counts look-ups and sendings, with the one that is to be made. */
export type Resolution =
  /** Its outcome is known: Next wave reads the ledger. */
  | { readonly kind: "settled" }
  /** It may be running: nothing is done, and nothing said, before its time is over. */
  | { readonly kind: "leave"; readonly until: string }
  /** Nothing will come any more: the row is to say so. */
  | { readonly kind: "mark_unknown"; readonly error: string }
  /** The clock was set back since: the row is to say so, and its times count from now. */
  | { readonly kind: "count_anew" }
  | { readonly kind: "wait"; readonly until: string; readonly tried: number; readonly why: string }
  | { readonly kind: "look_up"; readonly tried: number }
  /** Under the same key, and only so. */
  | { readonly kind: "send_again"; readonly tried: number }
  /** A person. */
  | { readonly kind: "ask"; readonly why: string };

/**
 * How a call that stands in the ledger is taken further, as its contract allows: left alone, looked up after a settling
 * time, sent again under its key, or put to a person. The first row of the table that applies counts.
 */
export const resolve = (standing: Standing): Resolution => {
  const { row, kept, contract, times, now } = standing;
  if (row.status === "COMMITTED" || row.status === "REJECTED") return { kind: "settled" };
  if (row.status === "INTENT") {
    const error = lostAt(row, now);
    return error === undefined ? { kind: "leave", until: row.deadline } : { kind: "mark_unknown", error };
  }
  if (kept === undefined) return { kind: "settled" };
  if (setBackSince(row, putOffAt(standing.record), contract, { times, now })) return { kind: "count_anew" };
  const tried = triedOf(standing.record);
  if (contract.outcome_resolution === "OPAQUE" || tried >= RESOLUTION_ATTEMPTS)
    return { kind: "ask", why: lastAnswer(row) + whileItGoesOn(standing) };
  const until = settlesAt(row, times);
  if (until > now) return { kind: "wait", until, tried, why: lastAnswer(row) };
  if (contract.outcome_resolution === "QUERYABLE") return { kind: "look_up", tried: tried + 1 };
  const never = whyNotAgain(standing, kept);
  return never === undefined
    ? { kind: "send_again", tried: tried + 1 }
    : { kind: "ask", why: notSentAgain(row, never) + whileItGoesOn(standing) };
};

/** When its step was last put off, since it was sent. */
const putOffAt = ({ waiting_since, look_again_at, updated_at }: Standing["record"]): string | null =>
  waiting_since === null && look_again_at !== null ? updated_at : null;

/** Why a row that still has its intent only will get no outcome, if so: its time is over by any clock. */
export const lostAt = (
  { status, deadline }: Pick<LedgerRow, "status" | "deadline">,
  now: string,
): string | undefined =>
  status === "INTENT" && deadline <= now ? `no outcome was recorded before ${deadline}` : undefined;

/** Deferrals while it waited for what it needs do not count: nothing had been sent then. */
const triedOf = ({ waiting_since, deferrals }: Standing["record"]): number => (waiting_since === null ? deferrals : 0);

/** Said to a person, who may look before the service has come to it. */
export const whileItGoesOn = (sent: Sent): string => {
  const over = mayStillHappen(sent);
  return over === undefined
    ? ""
    : `; it may still happen until ${over}: look after that before you say that it did not`;
};

/** In words. */
export const lastAnswer = ({ error }: Pick<LedgerRow, "error">): string => error ?? "no answer";

export const notSentAgain = (row: Pick<LedgerRow, "error">, why: string): string =>
  `${lastAnswer(row)}; not sent again: ${why}`;

/** Nobody waits for any of these to pass. */
const whyNotAgain = ({ row, contract, aborted, times, now }: Standing, kept: boolean): string | undefined => {
  if (row.side === "compensation" && row.undo === null) return "nothing was stored to undo it with";
  if (aborted !== undefined && SIDES[row.side].ends_with_execution) return aborted;
  // It would write over what others wrote since, which nobody approved.
  if (!kept) return "its lease was given to others since";
  return keyForgotten(row, contract, times, now);
};
