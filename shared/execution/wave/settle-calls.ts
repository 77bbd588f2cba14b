import type { LedgerRow } from "../ledger-row.ts";
import type { RungResult, StepRecord } from "../step-record.ts";
import { ledgerName } from "../view.ts";
import type { Rule, Walk } from "./walk.ts";

/**
 * The ledger knows more than the record where a call ended and its event was never written (a crash between the two).
 * Rows without an outcome are left to the rung itself, which resolves them.
 */
export const settleCalls: Rule = (walk) => {
  for (const { step_id } of walk.view.schedule.steps) {
    const record = walk.record(step_id);
    if (record.phase !== "open") continue;
    if (record.state === "LIVE") settleForward(walk, record, walk.row(step_id, "forward"));
    if (record.state === "ROLLBACK") settleCompensation(walk, record, walk.row(step_id, "compensation"));
  }
};

const settleForward = (walk: Walk, record: StepRecord, row: LedgerRow | undefined): void => {
  if (row?.status === "COMMITTED") {
    const live_output = walk.view.bodies.get(ledgerName(record.step_id, "forward")) ?? null;
    walk.emit(record.step_id, "live_succeeded", {
      row,
      reason: "the ledger shows that the call was committed",
      changes: { ending: "live", committed: true, live_output, rungs: [...record.rungs, rungOf(row, "succeeded")] },
    });
  }
  if (row?.status === "REJECTED") {
    walk.emit(record.step_id, "live_failed", {
      row,
      reason: row.error ?? "the call was refused without effect",
      changes: { ending: "failed", rungs: [...record.rungs, rungOf(row, "failed")] },
    });
  }
};

const settleCompensation = (walk: Walk, record: StepRecord, row: LedgerRow | undefined): void => {
  if (row?.status === "COMMITTED") {
    walk.emit(record.step_id, "compensated", {
      row,
      reason: "the ledger shows that the compensation was committed",
      changes: { ending: "compensated" },
    });
  }
  if (row?.status === "REJECTED") {
    walk.emit(record.step_id, "compensation_failed", {
      row,
      reason: row.error ?? "the compensation was refused",
      changes: walk.ask(record.step_id, "undo_failed"),
    });
  }
};

const rungOf = (row: LedgerRow, outcome: RungResult["outcome"]): RungResult => ({
  mode: "LIVE",
  outcome,
  started_at: row.started_at,
  duration_ms: Math.max(0, Date.parse(row.ended_at ?? row.started_at) - Date.parse(row.started_at)),
  timed_out: false,
  error: row.error,
});
