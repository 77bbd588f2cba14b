import { nextRequest } from "../../../shared/execution/approval-id.ts";
import type { LedgerRow } from "../../../shared/execution/ledger-row.ts";
import type { StepRecord } from "../../../shared/execution/step-record.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import { type SafeOutcome, toolPort } from "../../tools/tool-port.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { freeKeptLeases, keepLeases } from "./held-leases.ts";
import {
  asOnlyAttempt,
  isTooLate,
  type LiveDeps,
  later,
  liveCall,
  sendingAgain,
  settlesAt,
  whyNotAgain,
} from "./live-call.ts";
import { leaveToOther } from "./live-defer.ts";
import { endTurn, type NotFree, takeTurn } from "./live-resources.ts";
import { announce, ledgerOutcome, rungOf } from "./live-settle.ts";
import { abortInWords, whatStops } from "./what-stops.ts";

/** How often an unknown outcome is asked about before a person is. */
const RESOLUTION_ATTEMPTS = 3;

/** Writes what came of a forward call: to the ledger first, then as the step's event. */
export const concludeCall = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  outcome: SafeOutcome,
): Promise<"settled" | "unknown"> => {
  const settled = await deps.ledger.settle(row, row.epoch, "INTENT", await ledgerOutcome(deps, row, outcome));
  if (settled.kind === "late") {
    deps.log.warn("an outcome came late and was kept as evidence");
    return settled.row.status === "INDETERMINATE" ? "unknown" : "settled";
  }
  if (outcome.kind === "indeterminate") return resolveUnknown(deps, context, settled.row);
  await announce(deps, context, settled.row, outcome);
  return "settled";
};

/**
 * A row without a known outcome, taken further as its contract allows: the same key sent again, looked up after a
 * settling time, or put to a person. A row that is settled already is left to Next wave, which reads the ledger.
 */
export const resolveUnknown = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
): Promise<"settled" | "unknown"> => {
  const now = deps.clock.now().toISOString();
  if (row.status === "COMMITTED" || row.status === "REJECTED") return "settled";
  if (row.status === "INTENT") {
    if (row.deadline > now) return "unknown";
    const error = `no outcome was recorded before ${row.deadline}`;
    const lost = { status: "INDETERMINATE", at: now, output: null, error, undo: null } as const;
    const settled = await deps.ledger.settle(row, row.epoch, "INTENT", lost);
    return resolveUnknown(deps, context, settled.row);
  }
  const kept = await keepLeases(deps, context, row);
  if (kept === undefined) return "settled";
  if (context.contract.outcome_resolution === "OPAQUE" || resolutions(context.record) >= RESOLUTION_ATTEMPTS) {
    return askPerson(deps, context, row);
  }
  const settled = settlesAt(deps, row);
  if (settled > now) return lookLater(deps, context, row, settled);
  if (context.contract.outcome_resolution === "QUERYABLE") return lookUp(deps, context, row);
  const { abort_requested } = context.execution;
  const why = abort_requested === null ? whyNotAgain(deps, context, row, kept) : abortInWords(abort_requested);
  if (why === undefined) return sendAgain(deps, context, row);
  return askPerson(deps, context, { ...row, error: notSentAgain(row, why) });
};

export const notSentAgain = (row: Pick<LedgerRow, "error">, why: string): string =>
  `${row.error ?? "no answer"}; not sent again: ${why}`;

/** Deferrals while it waited for resources do not count: nothing had been sent then. */
const resolutions = (record: StepRecord): number => (record.waiting_since === null ? record.deferrals : 0);

const lookLater = async (deps: LiveDeps, context: StepContext, row: LedgerRow, at: string): Promise<"unknown"> => {
  await move(deps, context.record, {
    event: "live_deferred",
    reason: `the outcome is unknown (${row.error ?? "no answer"}): asked about again at ${at}`,
    changes: { waiting_since: null, look_again_at: at, deferrals: resolutions(context.record) + 1 },
  });
  return "unknown";
};

const lookUp = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<"settled" | "unknown"> => {
  const call = liveCall(context, row.arguments, row.idempotency_key);
  const found = await toolPort(deps, context.contract).lookUp(call, row.side);
  switch (found.kind) {
    case "happened":
      return settleUnknown(deps, context, row, { ...found, kind: "committed" });
    case "did_not_happen":
      return settleUnknown(deps, context, row, { kind: "rejected", error: "looked up: it did not happen" });
    case "unknown":
      return lookLater(deps, context, { ...row, error: found.why }, later(deps, deps.policy.settling_seconds));
  }
};

const sendAgain = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<"settled" | "unknown"> => {
  let resolved: "settled" | "unknown" = "unknown";
  const other = await asOnlyAttempt(deps, context, row.side, async (inFlight) => {
    const turn = await takeTurn(deps, context);
    if (!turn.ok) {
      await waitForTurn(deps, context, row, turn);
      return;
    }
    resolved = await sendInTurn(deps, context, row, inFlight);
    await endTurn(deps, context, turn.slot);
  });
  if (other !== undefined) await leaveToOther(deps, context, other);
  return resolved;
};

const sendInTurn = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  inFlight: InFlight,
): Promise<"settled" | "unknown"> => {
  const stop = await whatStops(deps, context);
  // Nobody lifts an abort: waiting for it to pass would be waiting for nothing.
  if (stop?.kind === "aborted") return askPerson(deps, context, { ...row, error: notSentAgain(row, stop.reason) });
  if (stop !== undefined || isTooLate(deps, inFlight)) {
    return lookLater(deps, context, row, later(deps, deps.policy.settling_seconds));
  }
  const sending = await sendingAgain(deps, context, row);
  if (sending === undefined) return "unknown";
  const outcome = await toolPort(deps, context.contract).call(liveCall(context, row.arguments, row.idempotency_key));
  return outcome.kind === "indeterminate"
    ? lookLater(deps, context, sending, settlesAt(deps, sending))
    : settleUnknown(deps, context, sending, outcome);
};

/** Not an attempt: nothing was sent. It ends where the service may have forgotten the key. */
const waitForTurn = async (deps: LiveDeps, context: StepContext, row: LedgerRow, notFree: NotFree): Promise<void> => {
  await move(deps, context.record, {
    event: "live_deferred",
    reason: notSentAgain(row, notFree.busy),
    changes: {
      waiting_since: null,
      look_again_at: later(deps, notFree.seconds),
      deferrals: resolutions(context.record),
    },
  });
};

const settleUnknown = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  outcome: SafeOutcome,
): Promise<"settled"> => {
  const settled = await deps.ledger.settle(row, row.epoch, "INDETERMINATE", await ledgerOutcome(deps, row, outcome));
  if (settled.kind === "settled") await announce(deps, context, settled.row, outcome);
  await freeKeptLeases(deps, context, row);
  return "settled";
};

const askPerson = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<"unknown"> => {
  const { record } = context;
  await move(deps, record, {
    event: "live_unknown",
    reason: `OUTCOME_UNKNOWN: ${row.error ?? "no answer"}`,
    changes: { ...nextRequest(record, "reconcile"), rungs: [...record.rungs, rungOf(row, "unknown")] },
  });
  return "unknown";
};
