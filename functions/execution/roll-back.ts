import { nextRequest } from "../../shared/execution/approval-id.ts";
import type { LedgerKey, LedgerRow } from "../../shared/execution/ledger-row.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { CallOutcome } from "../../shared/ports/tools.ts";
import { limitedCall, limitedLookUp } from "../tools/time-limit.ts";
import {
  type Held,
  idempotencyKeyOf,
  inFlightOf,
  type LiveDeps,
  letGo,
  liveCall,
  lockOn,
  mayRunUntil,
  takeResources,
} from "./live-call.ts";
import { lookAgainAt } from "./live-outcome.ts";
import { loadStep, move, type StepContext, toolCall } from "./step-context.ts";
import { toLedger } from "./tool-output.ts";
import { ANSWERED, type Answer, rungItem } from "./workflow-input.ts";

/**
 * The ROLLBACK rung: undoes a committed call through the same ledger, under the same leases, at most once. It writes
 * only where the value is still ours; anything else is a question to a person.
 */
export const rollBack =
  (deps: LiveDeps) =>
  async (input: unknown): Promise<Answer> => {
    const item = rungItem.parse(input);
    const context = await loadStep(deps, item);
    if (context.record.state !== "ROLLBACK" || context.record.phase !== "open") return ANSWERED;
    const { execution_id, step_id } = context.record;
    const forward = await deps.ledger.get({ execution_id, step_id, side: "forward" });
    const row = await deps.ledger.get({ execution_id, step_id, side: "compensation" });
    if (row !== undefined) await resolveUndo(deps, context, row);
    else if (forward === undefined || forward.undo === null) {
      await undoFailed(deps, context, "nothing was stored to undo it with");
    } else await compensate(deps, context, forward, forward.undo);
    return ANSWERED;
  };

const compensate = async (
  deps: LiveDeps,
  context: StepContext,
  forward: LedgerRow,
  undo: JsonObject,
): Promise<void> => {
  const inFlight = inFlightOf(deps, context, "compensation");
  await deps.inFlightCalls.put(inFlight);
  const taken = await takeResources(deps, context, forward.arguments);
  if (taken.ok) await compensateWith(deps, context, forward, undo, taken.held);
  else await deferUndo(deps, context, taken.busy, lookAgainAt(deps, context.record, taken));
  await deps.inFlightCalls.remove(inFlight);
};

const compensateWith = async (
  deps: LiveDeps,
  context: StepContext,
  forward: LedgerRow,
  undo: JsonObject,
  held: Held,
): Promise<void> => {
  const key: LedgerKey = { execution_id: forward.execution_id, step_id: forward.step_id, side: "compensation" };
  const intent = compensationIntent(deps, context, key, forward, undo, held);
  const put = await deps.ledger.intend(intent);
  const lock = put.kind === "written" ? await lockOn(deps, context, true) : undefined;
  if (put.kind === "exists") deps.log.warn("a compensation row stood there already: nothing is sent", { ...key });
  else if (lock !== undefined) {
    if (await deps.ledger.withdraw(key, intent.epoch, "INTENT")) {
      await move(deps, context.record, { event: "undo_frozen", reason: lock, changes: {} });
    }
  } else {
    const adapter = deps.toolbox.adapterFor(context.contract);
    const outcome = await limitedCall(context.contract, deps.timer, (signal) =>
      adapter.compensate(liveCall(context, forward.arguments, intent.idempotency_key, signal), undo),
    );
    const settled = await settleUndo(deps, context, intent, "INTENT", outcome);
    await letGo(deps, context, held, { keepLeases: settled === "unknown" });
    return;
  }
  await letGo(deps, context, held, { keepLeases: false });
};

const compensationIntent = (
  deps: LiveDeps,
  context: StepContext,
  key: LedgerKey,
  forward: LedgerRow,
  undo: JsonObject,
  held: Held,
): LedgerRow => ({
  ...forward,
  ...key,
  status: "INTENT",
  // A compensation is nobody's duplicate: its digest names the call it undoes, under its own side.
  call_digest: `undo:${forward.call_digest}`,
  idempotency_key: idempotencyKeyOf(key),
  epoch: held.leases[0]?.epoch ?? 1,
  deadline: mayRunUntil(deps, context),
  started_at: deps.clock.now().toISOString(),
  ended_at: null,
  output: null,
  error: null,
  undo,
  evidence: [],
});

const settleUndo = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  from: "INTENT" | "INDETERMINATE",
  outcome: CallOutcome,
): Promise<"settled" | "unknown"> => {
  const at = deps.clock.now().toISOString();
  const error = outcome.kind === "committed" ? null : outcome.error;
  const output = outcome.kind === "committed" ? await toLedger(deps, row.execution_id, outcome.output) : null;
  const status = STATUS[outcome.kind];
  const settled = await deps.ledger.settle(row, row.epoch, from, { status, at, output, error, undo: null });
  if (settled.kind === "late") return settled.row.status === "INDETERMINATE" ? "unknown" : "settled";
  switch (outcome.kind) {
    case "committed":
      await verified(deps, context, row);
      return "settled";
    case "rejected":
      await undoFailed(deps, context, outcome.error);
      return "settled";
    case "indeterminate":
      return resolveUndo(deps, context, settled.row);
  }
};
const STATUS = { committed: "COMMITTED", rejected: "REJECTED", indeterminate: "INDETERMINATE" } as const;

/** The preview of the undo must show nothing left to undo. */
const verified = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<void> => {
  const adapter = deps.toolbox.adapterFor(context.contract);
  const left = row.undo === null ? undefined : await adapter.previewUndo(toolCall(context, row.arguments), row.undo);
  if (left !== undefined && left.changes.length > 0) {
    await undoFailed(deps, context, `the compensation was accepted, yet this is left to undo: ${left.summary}`);
    return;
  }
  await move(deps, context.record, { event: "compensated", reason: null, changes: { ending: "compensated" } });
};

const undoFailed = async (deps: LiveDeps, context: StepContext, why: string): Promise<void> => {
  await move(deps, context.record, {
    event: "compensation_failed",
    reason: `the compensation failed: ${why}`,
    changes: nextRequest(context.record, "undo_failed"),
  });
};

const deferUndo = async (deps: LiveDeps, context: StepContext, why: string, at: string): Promise<void> => {
  const deferrals = context.record.deferrals + 1;
  await move(deps, context.record, { event: "undo_deferred", reason: why, changes: { look_again_at: at, deferrals } });
};

/** An unknown compensation is looked up where that is possible, else put to a person; it is never sent twice. */
const resolveUndo = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<"settled" | "unknown"> => {
  const now = deps.clock.now().toISOString();
  if (row.status === "COMMITTED" || row.status === "REJECTED") return "settled";
  if (row.status === "INTENT") {
    if (row.deadline > now) return "unknown";
    return settleUndo(deps, context, row, "INTENT", {
      kind: "indeterminate",
      error: `no outcome was recorded before ${row.deadline}`,
    });
  }
  const settlesAt = Date.parse(row.ended_at ?? row.started_at) + deps.policy.settling_seconds * 1000;
  const asksPerson = context.contract.outcome_resolution === "OPAQUE";
  if (!asksPerson && settlesAt > Date.parse(now)) {
    await deferUndo(deps, context, "the compensation's outcome is unknown", new Date(settlesAt).toISOString());
    return "unknown";
  }
  const found = asksPerson ? undefined : await lookUpUndo(deps, context, row);
  if (found?.kind === "happened") {
    return settleUndo(deps, context, row, "INDETERMINATE", { kind: "committed", output: found.output, undo: null });
  }
  if (found?.kind === "did_not_happen") {
    return settleUndo(deps, context, row, "INDETERMINATE", { kind: "rejected", error: "looked up: it did not happen" });
  }
  await move(deps, context.record, {
    event: "compensation_unknown",
    reason: `OUTCOME_UNKNOWN of the compensation: ${row.error ?? "no answer"}`,
    changes: nextRequest(context.record, "reconcile_undo"),
  });
  return "unknown";
};

const lookUpUndo = (deps: LiveDeps, context: StepContext, row: LedgerRow) => {
  const adapter = deps.toolbox.adapterFor(context.contract);
  return limitedLookUp(context.contract, deps.timer, (signal) =>
    adapter.lookUp(liveCall(context, row.arguments, row.idempotency_key, signal), "compensation"),
  );
};
