import type { ApprovalKind } from "../approval/approval.ts";
import { nextRequest } from "../approval/approval-id.ts";
import { type ExecutionRecord, resumesOf } from "../record/execution-record.ts";
import type { LedgerRow, LedgerSide } from "../record/ledger-row.ts";
import type { StepEventName } from "../record/states.ts";
import type { StepChanges } from "../record/step-event.ts";
import type { BodyRef, RungResult, StepRecord } from "../record/step-record.ts";
import { SIDES } from "./side.ts";

/** An event of a step as one side tells it, and the question to a person that it announces. */
export type Told = {
  readonly event: StepEventName;
  readonly reason: string | null;
  readonly changes: StepChanges;
  /** The row that settles it, sealed by the event. */
  readonly row?: LedgerRow | undefined;
  readonly asks: ApprovalKind | null;
};

/** Its earlier waits, and their number, count no more: where it begins anew, its waits do. */
export const NOT_WAITING = {
  waiting_since: null,
  look_again_at: null,
  deferrals: 0,
  pushed_back_since: null,
} as const satisfies StepChanges;

/**
 * Nothing is decided: it is taken up again. Unless a slot or a lease is what was not free, it waits for none: what comes
 * free of another wait must not let it through its pause.
 */
export const deferred = (side: LedgerSide, reason: string, changes: StepChanges): Told => ({
  event: SIDES[side].events.deferred,
  reason,
  changes: { waits_for_slot_of: null, waits_for_lease: null, ...changes },
  asks: null,
});

/** A lock holds it, of which nothing was sent. */
export const held = (side: LedgerSide, execution: ExecutionRecord, reason: string): Told => {
  const locked_after = resumesOf(execution);
  const changes: StepChanges = side === "forward" ? { ending: "lock", locked_after } : { locked_after };
  return { event: SIDES[side].events.held, reason, changes, asks: null };
};

/** It ends, and nothing was sent, nor will be: a person is asked about what is not undone. */
export const notSent = (side: LedgerSide, record: StepRecord, why: string, changes: StepChanges = {}): Told =>
  side === "forward"
    ? { event: SIDES[side].events.not_sent, reason: why, changes: { ...changes, ending: "not_started" }, asks: null }
    : failed(side, record, why, { changes });

/**
 * Nothing was sent to undo it. It was not tried, so it has not failed: it stands, and a person says whether it is to be
 * undone, is left, or was undone by hand.
 */
export const notUndone = (record: StepRecord, why: string, changes: StepChanges = {}): Told => ({
  event: "undo_withheld",
  reason: why,
  changes: { ...NOT_WAITING, ...changes, ...nextRequest(record, "undo"), ending: "live" },
  asks: "undo",
});

/** `reason`: the remarks on what came of it; the worker that made it is named before them. */
export const succeeded = (
  record: StepRecord,
  row: LedgerRow,
  { reason: remarks, live_output }: { readonly reason: string | null; readonly live_output: BodyRef | null },
): Told => {
  const made = row.made_by === undefined ? null : `made by ${row.made_by}`;
  const reason = made !== null && remarks !== null ? `${made}; ${remarks}` : (made ?? remarks);
  const changes: StepChanges =
    row.side === "forward"
      ? { ending: "live", committed: true, live_output, rungs: rungsWith(record, row, "succeeded") }
      : { ending: "compensated" };
  return { event: SIDES[row.side].events.succeeded, reason, changes, row, asks: null };
};

/** It failed without effect, or its effect is not what it ought to be; `row` is its row, where it was sent. */
export const failed = (
  side: LedgerSide,
  record: StepRecord,
  why: string,
  { row, changes = {} }: { readonly row?: LedgerRow; readonly changes?: StepChanges } = {},
): Told => {
  const { events, asks } = SIDES[side];
  if (side === "compensation") {
    const reason = `the compensation failed: ${why}`;
    return {
      event: events.failed,
      reason,
      changes: { ...changes, ...nextRequest(record, "undo_failed") },
      row,
      asks: asks.failed,
    };
  }
  const rungs = row === undefined ? {} : { rungs: rungsWith(record, row, "failed") };
  const passing = row?.unsent === true ? { passing: true as const } : {};
  return {
    event: events.failed,
    reason: why,
    changes: { ...changes, ending: "failed", ...rungs, ...passing },
    row,
    asks: asks.failed,
  };
};

/** Nobody could find out what came of it: a person is asked. */
export const unknown = (
  side: LedgerSide,
  record: StepRecord,
  row: LedgerRow | undefined,
  why: string,
  changes: StepChanges = {},
): Told => {
  const { events, asks } = SIDES[side];
  // A row that cannot be read, which has no key, does not tell of its call.
  const sent = side === "forward" && row !== undefined && row.idempotency_key !== "";
  const tried = sent ? { rungs: rungsWith(record, row, "unknown") } : {};
  return {
    event: events.unknown,
    reason: `OUTCOME_UNKNOWN${side === "forward" ? "" : " of the compensation"}: ${why}`,
    changes: { ...changes, ...nextRequest(record, asks.unknown), ...tried },
    asks: asks.unknown,
  };
};

/** A call that told nothing counts once among those that timed out, also where its outcome was found out. */
const rungsWith = ({ rungs }: StepRecord, row: LedgerRow, outcome: RungResult["outcome"]): RungResult[] => {
  const counted = rungs.some((rung) => rung.mode === "LIVE" && rung.timed_out);
  const rung: RungResult = {
    mode: "LIVE",
    outcome,
    started_at: row.started_at,
    duration_ms: Math.max(0, Date.parse(row.ended_at ?? row.started_at) - Date.parse(row.started_at)),
    timed_out: outcome === "unknown" || (row.unanswered === true && !counted),
    error: row.error,
  };
  return [...rungs, rung];
};
