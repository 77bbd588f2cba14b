import { nextRequest } from "../../shared/execution/approval-id.ts";
import type { LedgerRow } from "../../shared/execution/ledger-row.ts";
import type { RungResult, StepRecord } from "../../shared/execution/step-record.ts";
import type { InFlight } from "../../shared/ports/coordination.ts";
import type { LedgerOutcome } from "../../shared/ports/ledger.ts";
import type { CallOutcome } from "../../shared/ports/tools.ts";
import { limitedCall, limitedLookUp } from "../tools/time-limit.ts";
import { freeLeasesOf, keepLeases } from "./held-leases.ts";
import {
  asOnlyAttempt,
  isTooLate,
  type LiveDeps,
  later,
  liveCall,
  lockOn,
  type NotFree,
  sendingAgain,
  settlesAt,
  whyNotAgain,
} from "./live-call.ts";
import { move, type StepContext } from "./step-context.ts";
import { bodyOfLedger, toLedger } from "./tool-output.ts";

/** How often an unknown outcome is asked about before a person is. */
const RESOLUTION_ATTEMPTS = 3;

/** Puts LIVE off, or gives up when it has been put off for too long: nothing was sent. */
export const deferLive = async (deps: LiveDeps, context: StepContext, notFree: NotFree): Promise<void> => {
  const { record } = context;
  const { busy: why } = notFree;
  const now = deps.clock.now();
  const since = record.waiting_since ?? now.toISOString();
  const limit = deps.policy.wait_for_resources_seconds;
  if (now.getTime() - Date.parse(since) >= limit * 1000) {
    const reason = `not free within ${limit} s: ${why}`;
    await move(deps, record, { event: "live_not_started", reason, changes: { ending: "not_started" } });
    return;
  }
  await move(deps, record, {
    event: "live_deferred",
    reason: why,
    changes: {
      waiting_since: since,
      deferrals: record.deferrals + 1,
      look_again_at: lookAgainAt(deps, record, notFree),
    },
  });
};

/** A task that is delivered twice is so at nearly the same moment. */
const JUST_BEGUN_MS = 2_000;

/**
 * Another attempt at the step may be running: nothing is done before that one must have ended. One that has only just
 * begun is left to tell what comes of it.
 */
export const leaveToOther = async (deps: LiveDeps, context: StepContext, other: InFlight): Promise<void> => {
  const age = deps.clock.now().getTime() - Date.parse(other.started_at);
  if (age >= 0 && age < JUST_BEGUN_MS) return;
  const until = other.may_run_until;
  const event = context.record.state === "ROLLBACK" ? "undo_deferred" : "live_deferred";
  const reason = `another attempt may be running until ${until}`;
  await move(deps, context.record, { event, reason, changes: { look_again_at: until } });
};

/** Twice as long a pause each time it was in vain. */
export const lookAgainAt = (deps: LiveDeps, record: StepRecord, { seconds, at_most }: NotFree): string =>
  later(deps, Math.min(at_most, Math.max(1, seconds) * 2 ** Math.min(record.deferrals, 5)));

/** Writes what came of a forward call: to the ledger first, then as the step's event. */
export const concludeCall = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  outcome: CallOutcome,
): Promise<"settled" | "unknown"> => {
  const settled = await deps.ledger.settle(row, row.epoch, "INTENT", await ledgerOutcome(deps, row, outcome));
  if (settled.kind === "late") {
    deps.log.warn("an outcome came late and was kept as evidence");
    return settled.row.status === "INDETERMINATE" ? "unknown" : "settled";
  }
  if (outcome.kind === "indeterminate") return resolveUnknown(deps, context, settled.row);
  await announce(deps, context, settled.row);
  return "settled";
};

const ledgerOutcome = async (
  deps: LiveDeps,
  row: Pick<LedgerRow, "execution_id">,
  outcome: CallOutcome,
): Promise<LedgerOutcome> => {
  const at = deps.clock.now().toISOString();
  switch (outcome.kind) {
    case "committed":
      return {
        status: "COMMITTED",
        at,
        output: await toLedger(deps, row.execution_id, outcome.output),
        error: null,
        undo: outcome.undo,
      };
    case "rejected":
      return { status: "REJECTED", at, output: null, error: outcome.error, undo: null };
    case "indeterminate":
      return { status: "INDETERMINATE", at, output: null, error: outcome.error, undo: null };
  }
};

const announce = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<void> => {
  const { record } = context;
  const rungs = [...record.rungs, rungOf(row, row.status === "COMMITTED" ? "succeeded" : "failed")];
  if (row.status === "COMMITTED") {
    const live_output = await bodyOfLedger(deps, record.execution_id, row.output);
    const changes = { ending: "live", committed: true, live_output, rungs } as const;
    await move(deps, record, { event: "live_succeeded", reason: null, changes, row });
  } else {
    await move(deps, record, { event: "live_failed", reason: row.error, changes: { ending: "failed", rungs }, row });
  }
};

const rungOf = (row: LedgerRow, outcome: RungResult["outcome"]): RungResult => ({
  mode: "LIVE",
  outcome,
  started_at: row.started_at,
  duration_ms: Math.max(0, Date.parse(row.ended_at ?? row.started_at) - Date.parse(row.started_at)),
  timed_out: outcome === "unknown",
  error: row.error,
});

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
  if (context.contract.outcome_resolution === "OPAQUE" || resolutions(context.record) >= RESOLUTION_ATTEMPTS) {
    return askPerson(deps, context, row);
  }
  const settled = settlesAt(deps, row);
  if (settled > now) return lookLater(deps, context, row, settled);
  if (context.contract.outcome_resolution === "QUERYABLE") return lookUp(deps, context, row);
  const why = whyNotAgain(deps, context, row, kept);
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
  const adapter = deps.toolbox.adapterFor(context.contract);
  const found = await limitedLookUp(context.contract, deps.timer, (signal) =>
    adapter.lookUp(liveCall(context, row.arguments, row.idempotency_key, signal), row.side),
  );
  switch (found.kind) {
    case "happened":
      return settleUnknown(deps, context, row, { kind: "committed", output: found.output, undo: found.undo });
    case "did_not_happen":
      return settleUnknown(deps, context, row, { kind: "rejected", error: "looked up: it did not happen" });
    case "unknown":
      return lookLater(deps, context, row, later(deps, deps.policy.settling_seconds));
  }
};

const sendAgain = async (deps: LiveDeps, context: StepContext, row: LedgerRow): Promise<"settled" | "unknown"> => {
  let resolved: "settled" | "unknown" = "unknown";
  const other = await asOnlyAttempt(deps, context, row.side, async (inFlight) => {
    if ((await lockOn(deps, context)) !== undefined || isTooLate(deps, inFlight)) {
      resolved = await lookLater(deps, context, row, later(deps, deps.policy.settling_seconds));
      return;
    }
    const sending = await sendingAgain(deps, context, row);
    if (sending === undefined) return;
    const outcome = await limitedCall(context.contract, deps.timer, (signal) =>
      deps.toolbox.adapterFor(context.contract).call(liveCall(context, row.arguments, row.idempotency_key, signal)),
    );
    resolved =
      outcome.kind === "indeterminate"
        ? await lookLater(deps, context, sending, settlesAt(deps, sending))
        : await settleUnknown(deps, context, sending, outcome);
  });
  if (other !== undefined) await leaveToOther(deps, context, other);
  return resolved;
};

const settleUnknown = async (
  deps: LiveDeps,
  context: StepContext,
  row: LedgerRow,
  outcome: CallOutcome,
): Promise<"settled"> => {
  const settled = await deps.ledger.settle(row, row.epoch, "INDETERMINATE", await ledgerOutcome(deps, row, outcome));
  if (settled.kind === "settled") await announce(deps, context, settled.row);
  await freeLeasesOf(deps, context, row);
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
