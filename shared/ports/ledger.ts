import type { CallIdentity } from "../conflicts/call-digest.ts";
import type { MadeBy } from "../execution/call-outcome.ts";
import type { LedgerKey, LedgerRow } from "../execution/record/ledger-row.ts";
import type { Json, JsonObject } from "../plan/json.ts";

export type LedgerOutcome = {
  status: "COMMITTED" | "REJECTED" | "INDETERMINATE";
  at: string;
  output: Json;
  error: string | null;
  /** The values that compensation needs and only the call could tell; merged over what was stored before the call. */
  undo: JsonObject | null;
  /** It was sent, and the service told nothing. A row keeps that when its outcome is found out. */
  unanswered?: true;
  /** Nothing of it was sent. */
  unsent?: true;
  /** The clock was set back since it was sent. A row keeps that when its outcome is found out. */
  set_back?: true;
} & MadeBy;

/** A step of an execution, whose forward call is meant. */
export type CallPlace = Pick<LedgerKey, "execution_id" | "step_id">;

export interface Ledger {
  /** Puts INTENT if there is no row. @returns the row that stands there. */
  intend(
    row: LedgerRow,
  ): Promise<{ kind: "written"; row: LedgerRow } | { kind: "exists"; row: LedgerRow } | { kind: "tombstone" }>;
  /**
   * Puts a tombstone in the place of a row, for ever, if no row stands there: nothing was sent, and nothing will be, however late a
   * function that is still running gets to its INTENT. @returns false when there is a row: something may have been sent
   */
  entomb(key: LedgerKey): Promise<boolean>;
  get(key: LedgerKey): Promise<LedgerRow | undefined>;
  /**
   * Writes the outcome only if the row is still INTENT (or, `from: INDETERMINATE`, still that) with the same epoch;
   * a late one is recorded as evidence and never overwrites.
   */
  settle(
    key: LedgerKey,
    epoch: number,
    from: "INTENT" | "INDETERMINATE",
    outcome: LedgerOutcome,
  ): Promise<{ kind: "settled" | "late"; row: LedgerRow }>;
  /**
   * Takes a row back that stands for nothing: an INTENT whose starter knows that nothing was sent (a lock came
   * between), or an INDETERMINATE compensation that a person found not to have happened. Removed only if it still has
   * that status and epoch, so that the step may begin again.
   * @returns false when the row had moved on.
   */
  withdraw(key: LedgerKey, epoch: number, from: "INTENT" | "INDETERMINATE"): Promise<boolean>;
  /**
   * Says beside a call that a step of another execution is about to act on it. Again and again is the same as once.
   * The undoing call reads that when it is on record that it is being undone; whoever rests on it reads how it
   * stands when this is on record: one of the two finds the other.
   */
  rest(on: CallPlace, step: CallPlace): Promise<void>;
  /** The steps that said so, read with strong consistency: `limit` of them at most, in the order of their ids. */
  restingOn(call: CallPlace, limit: number): Promise<CallPlace[]>;
  /** Rows of the execution, forward and compensation. @throws RecordDamaged */
  ofExecution(execution_id: string): Promise<LedgerRow[]>;
  /** The same, for who goes on with those that can be read; the others by their keys. */
  readable(execution_id: string): Promise<{ readonly items: LedgerRow[]; readonly damaged: LedgerKey[] }>;
  /**
   * Forward rows of that call, of any execution, begun at `since` or later, newest first. Rows that say `same_call` are
   * read consistently: each is marked before it is put, so whoever begins after an intent was written finds it. Rows of
   * releases before are found by an index, which lags. Of a row that cannot be read nobody knows how its call ended: it
   * is there as INDETERMINATE.
   */
  callsLike(call: CallIdentity, since: string): Promise<LedgerRow[]>;
}
