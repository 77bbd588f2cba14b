import { resumesOf } from "../../../shared/execution/execution-record.ts";
import { isUnsettled, type LedgerKey, type LedgerRow } from "../../../shared/execution/ledger-row.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import { ANSWERED, type Answer, rungItem } from "../../records/workflow-input.ts";
import { toolPort } from "../../tools/tool-port.ts";
import { loadStep, move, type StepContext } from "../step/step-context.ts";
import { startAgain } from "./failed-start.ts";
import { undoneKeys } from "./held-leases.ts";
import {
  asOnlyAttempt,
  hasMoved,
  idempotencyKeyOf,
  isTooLate,
  type LiveDeps,
  liveCall,
  lockOn,
  mayRunUntil,
  NOT_OURS,
  TOO_LATE,
} from "./live-call.ts";
import { leaveToOther } from "./live-defer.ts";
import { type Held, letGo, takeResources } from "./live-resources.ts";
import { deferUndo, resolveUndo, settleUndo, undoFailed } from "./undo-outcome.ts";
import { heldByOthers, withholdUndo } from "./undo-rests.ts";

/**
 * The ROLLBACK rung: undoes a committed call through the same ledger, under the same leases, at most once unless the
 * tool takes the same key twice. It writes only where the value is still ours; anything else is a question to a person,
 * and so is what another execution's effects rest on.
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
  const other = await asOnlyAttempt(deps, context, "compensation", async (inFlight) => {
    const taken = await takeResources(deps, context, forward.arguments, undoneKeys(context, undo));
    if (taken.ok) await compensateWith(deps, context, forward, undo, { ...taken.held, inFlight });
    else await deferUndo(deps, context, taken);
  });
  if (other !== undefined) await leaveToOther(deps, context, other);
};

const compensateWith = async (
  deps: LiveDeps,
  context: StepContext,
  forward: LedgerRow,
  undo: JsonObject,
  held: Held & { readonly inFlight: InFlight },
): Promise<void> => {
  const key: LedgerKey = { execution_id: forward.execution_id, step_id: forward.step_id, side: "compensation" };
  const intent = compensationIntent(deps, context, key, forward, undo, held);
  const put = await deps.ledger.intend(intent);
  const [lock, moved, rests] =
    put.kind === "written"
      ? await Promise.all([lockOn(deps, context), hasMoved(deps, context), heldByOthers(deps, context)])
      : ([undefined, false, undefined] as const);
  if (put.kind !== "written") {
    deps.log.warn(`${NOT_OURS[put.kind]}: nothing is sent`, { side: key.side });
    // Whoever closed it was about to ask a person, and may have died before.
    if (put.kind === "closed")
      await undoFailed(deps, context, "it was never sent, and its place in the ledger is closed");
  } else if (moved) await deps.ledger.withdraw(key, intent.epoch, "INTENT");
  else if (lock !== undefined || isTooLate(deps, held.inFlight)) {
    if (await deps.ledger.withdraw(key, intent.epoch, "INTENT")) {
      const changes = { locked_after: resumesOf(context.execution) };
      if (lock === undefined) await startAgain(deps, context, TOO_LATE);
      else await move(deps, context.record, { event: "undo_frozen", reason: lock, changes });
    }
  } else if (rests !== undefined) {
    if (await deps.ledger.withdraw(key, intent.epoch, "INTENT")) await withholdUndo(deps, context, rests);
  } else {
    const call = liveCall(context, forward.arguments, intent.idempotency_key);
    const outcome = await toolPort(deps, context.contract, context.called).compensate(call, undo);
    const settled = await settleUndo(deps, context, intent, "INTENT", outcome);
    await letGo(deps, context, held, { keepLeases: settled === "unknown" });
    return;
  }
  // What an earlier attempt sent, whose time was over, may still take effect under the lease.
  await letGo(deps, context, held, { keepLeases: put.kind === "exists" && isUnsettled(put.row) });
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
