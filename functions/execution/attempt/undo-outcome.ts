import { nextRequest } from "../../../shared/execution/approval-id.ts";
import type { LedgerRow } from "../../../shared/execution/ledger-row.ts";
import type { StepRecord } from "../../../shared/execution/step-record.ts";
import { givesUp } from "../../../shared/execution/waiting-in-line.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { type SafeOutcome, ToolSurprise, toolPort } from "../../tools/tool-port.ts";
import { endUnsent } from "../step/end-unsent.ts";
import { move, type StepContext, toolCall } from "../step/step-context.ts";
import { toLedger } from "../step/tool-output.ts";
import { freeKeptLeases, keepLeases } from "./held-leases.ts";
import {
  asOnlyAttempt,
  isTooLate,
  type LiveDeps,
  later,
  liveCall,
  lockOn,
  sendingAgain,
  settlesAt,
  TOO_LATE,
  whyNotAgain,
} from "./live-call.ts";
import { leaveToOther, lookAgainAt } from "./live-defer.ts";
import { notSentAgain } from "./live-outcome.ts";
import { endTurn, type NotFree, takeTurn } from "./live-resources.ts";

/** How often an unknown compensation is sent or asked about again before a person is asked. */
const RESOLUTION_ATTEMPTS = 3;

type Resolved = "settled" | "unknown";

/**
 * Puts off a compensation that could not start: nothing was sent. It is never given up silently; when it was put off
 * for as long as the policy allows, a person is asked to undo it.
 */
export const deferUndo = async (deps: LiveDeps, context: StepContext, notFree: NotFree): Promise<void> => {
  const { record } = context;
  const now = deps.clock.now();
  const waiting_since = record.waiting_since ?? now.toISOString();
  const limit = deps.policy.wait_for_resources_seconds;
  if (givesUp({ waiting_since, limit_seconds: limit }, notFree.line, now.toISOString())) {
    const failed = undoFailure(context, `it could not start within ${limit} s: ${notFree.busy}`);
    await endUnsent(deps, context, "compensation", failed);
    return;
  }
  await move(deps, record, {
    event: "undo_deferred",
    reason: notFree.busy,
    changes: { waiting_since, deferrals: record.deferrals + 1, look_again_at: lookAgainAt(deps, record, notFree) },
  });
};

/**
 * A compensation that failed is a question to a person, which Next wave asks: undo it by hand, or accept it.
 * `row` is its row in the ledger, where it was sent.
 */
export const undoFailed = async (deps: LiveDeps, context: StepContext, why: string, row?: LedgerRow): Promise<void> => {
  await move(deps, context.record, { ...undoFailure(context, why), row });
};

const undoFailure = ({ record }: StepContext, why: string) =>
  ({
    event: "compensation_failed",
    reason: `the compensation failed: ${why}`,
    changes: nextRequest(record, "undo_failed"),
  }) as const;

/** Writes what came of a compensation: to the ledger first, then as the step's event. */
export const settleUndo = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  from: "INTENT" | "INDETERMINATE",
  outcome: SafeOutcome,
): Promise<Resolved> => {
  const at = deps.clock.now().toISOString();
  const error = outcome.kind === "committed" ? null : outcome.error;
  const output = outcome.kind === "committed" ? await toLedger(deps, row.execution_id, outcome.output) : null;
  const status = STATUS[outcome.kind];
  const settled = await deps.ledger.settle(row, row.epoch, from, { status, at, output, error, undo: null });
  if (settled.kind === "late") return settled.row.status === "INDETERMINATE" ? "unknown" : "settled";
  switch (outcome.kind) {
    case "committed":
      await verified(deps, context, settled.row);
      return "settled";
    case "rejected":
      await undoFailed(deps, context, outcome.error, settled.row);
      return "settled";
    case "indeterminate":
      return resolveUndo(deps, context, settled.row);
  }
};
const STATUS = { committed: "COMMITTED", rejected: "REJECTED", indeterminate: "INDETERMINATE" } as const;

/** The preview of the undo must show nothing left to undo. */
const verified = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<void> => {
  const left = await leftToUndo(deps, context, row);
  if (left.changes > 0) {
    await undoFailed(deps, context, `the compensation was accepted, yet this is left to undo: ${left.why}`, row);
    return;
  }
  const reason = left.why;
  await move(deps, context.record, { event: "compensated", reason, changes: { ending: "compensated" }, row });
};

/** That it cannot be looked at does not undo the compensation, which was committed: it is said. */
const leftToUndo = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
): Promise<{ readonly changes: number; readonly why: string | null }> => {
  if (row.undo === null) return { changes: 0, why: null };
  try {
    const call = toolCall(context, row.arguments);
    const { changes, summary } = await toolPort(deps, context.contract).previewUndo(call, row.undo);
    return { changes: changes.length, why: changes.length === 0 ? null : summary };
  } catch (error) {
    if (!(error instanceof ToolFailure || error instanceof ToolSurprise)) throw error;
    return { changes: 0, why: `compensated; that nothing is left could not be looked up: ${error.message}` };
  }
};

/**
 * A compensation without a known outcome, taken further as the contract allows: the same key sent again, looked up
 * after a settling time, or put to a person. Its leases are kept until then.
 */
export const resolveUndo = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<Resolved> => {
  const now = deps.clock.now().toISOString();
  if (row.status === "COMMITTED" || row.status === "REJECTED") return "settled";
  if (row.status === "INTENT") {
    if (row.deadline > now) return "unknown";
    const error = `no outcome was recorded before ${row.deadline}`;
    return settleUndo(deps, context, row, "INTENT", { kind: "indeterminate", error });
  }
  const kept = await keepLeases(deps, context, row);
  if (kept === undefined) return "settled";
  const { outcome_resolution } = context.called;
  const tried = resolutions(context.record);
  if (outcome_resolution === "OPAQUE" || tried >= RESOLUTION_ATTEMPTS) return askPerson(deps, context, row);
  const settled = settlesAt(deps, row);
  if (settled > now) return lookLater(deps, context, row, settled, tried);
  if (outcome_resolution === "QUERYABLE") return lookUp(deps, context, row, tried);
  const why = whyNotAgain(deps, context, row, kept);
  if (why === undefined) return sendAgain(deps, context, row, tried + 1);
  return askPerson(deps, context, { ...row, error: notSentAgain(row, why) });
};

/** Deferrals while it waited for resources do not count: nothing had been sent then. */
const resolutions = (record: StepRecord): number => (record.waiting_since === null ? record.deferrals : 0);

const lookLater = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  at: string,
  deferrals: number,
): Promise<"unknown"> => {
  await move(deps, context.record, {
    event: "undo_deferred",
    reason: `the compensation's outcome is unknown (${row.error ?? "no answer"}): taken up again at ${at}`,
    changes: { waiting_since: null, look_again_at: at, deferrals },
  });
  return "unknown";
};

/** Twice as long a pause each time, beginning with the settling time. */
const pauseAfter = (deps: LiveDeps, tried: number): string =>
  later(deps, Math.max(1, deps.policy.settling_seconds) * 2 ** (tried - 1));

const lookUp = async (deps: LiveDeps, context: StepContext, row: LedgerRow, tried: number): Promise<Resolved> => {
  const call = liveCall(context, row.arguments, row.idempotency_key);
  const found = await toolPort(deps, context.contract, context.called).lookUp(call, "compensation");
  switch (found.kind) {
    case "happened":
      return settleUnknown(deps, context, row, { kind: "committed", output: found.output, undo: null });
    case "did_not_happen":
      return beginAgain(deps, context, row, tried + 1);
    case "unknown":
      return lookLater(deps, context, { ...row, error: found.why }, pauseAfter(deps, tried + 1), tried + 1);
  }
};

/** It is known not to have happened, so it may be tried anew; the row is taken back for that, its evidence stays. */
const beginAgain = async (deps: LiveDeps, context: StepContext, row: LedgerRow, tried: number): Promise<Resolved> => {
  const error = `looked up: it did not happen (${row.error ?? "no answer"})`;
  if (tried >= RESOLUTION_ATTEMPTS) return settleUnknown(deps, context, row, { kind: "rejected", error });
  await deps.ledger.withdraw(row, row.epoch, "INDETERMINATE");
  await lookLater(deps, context, { ...row, error }, pauseAfter(deps, tried), tried);
  return "settled";
};

const sendAgain = async (deps: LiveDeps, context: StepContext, row: LedgerRow, tried: number): Promise<Resolved> => {
  const { undo } = row;
  if (undo === null) return askPerson(deps, context, row);
  let resolved: Resolved = "unknown";
  const other = await asOnlyAttempt(deps, context, "compensation", async (inFlight) => {
    const turn = await takeTurn(deps, context);
    if (!turn.ok) {
      // Not an attempt: nothing was sent. It ends where the service may have forgotten the key.
      const waiting = { ...row, error: notSentAgain(row, turn.busy) };
      await lookLater(deps, context, waiting, later(deps, turn.seconds), tried - 1);
      return;
    }
    const why = (await lockOn(deps, context)) ?? (isTooLate(deps, inFlight) ? TOO_LATE : undefined);
    const unsent = { ...row, error: notSentAgain(row, why ?? "") };
    resolved =
      why === undefined
        ? await sendOnce(deps, context, row, undo, tried)
        : await lookLater(deps, context, unsent, pauseAfter(deps, tried), tried);
    await endTurn(deps, context, turn.slot);
  });
  if (other !== undefined) await leaveToOther(deps, context, other);
  return resolved;
};

const sendOnce = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  undo: JsonObject,
  tried: number,
): Promise<Resolved> => {
  const sending = await sendingAgain(deps, context, row);
  if (sending === undefined) return "unknown";
  const call = liveCall(context, row.arguments, row.idempotency_key);
  const outcome = await toolPort(deps, context.contract, context.called).compensate(call, undo);
  if (outcome.kind !== "indeterminate") return settleUnknown(deps, context, sending, outcome);
  const [early, late] = [settlesAt(deps, sending), pauseAfter(deps, tried)];
  return lookLater(deps, context, { ...sending, error: outcome.error }, early > late ? early : late, tried);
};

const settleUnknown = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  outcome: SafeOutcome,
): Promise<Resolved> => {
  const settled = await settleUndo(deps, context, row, "INDETERMINATE", outcome);
  await freeKeptLeases(deps, context, row);
  return settled;
};

const askPerson = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<"unknown"> => {
  await move(deps, context.record, {
    event: "compensation_unknown",
    reason: `OUTCOME_UNKNOWN of the compensation: ${row.error ?? "no answer"}`,
    changes: nextRequest(context.record, "reconcile_undo"),
  });
  return "unknown";
};
