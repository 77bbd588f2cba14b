import { digestOf } from "../../../shared/audit/digest.ts";
import { keyKnownSeconds } from "../../../shared/contracts/tool-contract.ts";
import type { LedgerKey, LedgerRow } from "../../../shared/execution/ledger-row.ts";
import { locksOn } from "../../../shared/execution/step-locks.ts";
import { instantAfter } from "../../../shared/plan/instant.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import type { LiveToolCall } from "../../../shared/ports/tools.ts";
import type { Deps } from "../../deps.ts";
import { READ_ATTEMPTS } from "../step/rungs.ts";
import { type StepContext, toolCall } from "../step/step-context.ts";

/** Time a LIVE function may go on after the contract's timeout: to write the outcome and let go. */
const MARGIN_SECONDS = 30;

export type LiveDeps = Pick<
  Deps,
  | "clock"
  | "timer"
  | "log"
  | "policy"
  | "agents"
  | "executions"
  | "bodies"
  | "steps"
  | "toolbox"
  | "ledger"
  | "leases"
  | "semaphores"
  | "tokenBuckets"
  | "inFlightCalls"
  | "locks"
  | "settings"
>;

export const later = (deps: Pick<Deps, "clock">, seconds: number): string =>
  instantAfter(deps.clock.now().getTime(), seconds * 1000);

/** Until when a call that starts now may run by any clock, with the time to write its outcome; a read with every try. */
export const mayRunUntil = (deps: Pick<Deps, "clock" | "policy">, { called, step }: StepContext): string => {
  const tries = step.writes ? 1 : READ_ATTEMPTS;
  return later(deps, called.timeout_seconds * tries + MARGIN_SECONDS + deps.policy.largest_clock_skew_seconds);
};

/** When a call without an answer can take effect no more, by any clock: not before may it be asked about or sent again. */
export const settlesAt = (
  { policy }: Pick<Deps, "policy">,
  row: Pick<LedgerRow, "started_at" | "ended_at">,
): string => {
  const seconds = policy.settling_seconds + policy.largest_clock_skew_seconds;
  return instantAfter(Date.parse(row.ended_at ?? row.started_at), seconds * 1000);
};

/**
 * Says in the ledger, before a call is sent again, until when this sending may be under way: whoever looks at the row
 * next, also after a death, waits until it has settled before it asks, sends, or frees what the call writes.
 * @returns the row as it stands, or nothing when it must not be sent: it has been settled meanwhile, or this process
 * stood still until the call would outlast what its row says; the next pass looks at the row again
 */
export const sendingAgain = async (
  deps: Pick<Deps, "clock" | "ledger">,
  { called }: Pick<StepContext, "called">,
  row: LedgerRow,
): Promise<LedgerRow | undefined> => {
  const at = later(deps, called.timeout_seconds + MARGIN_SECONDS);
  const unknown = { status: "INDETERMINATE", at, output: null, error: row.error, undo: null } as const;
  const noted = await deps.ledger.settle(row, row.epoch, "INDETERMINATE", unknown);
  return noted.kind === "settled" && later(deps, called.timeout_seconds) <= at ? noted.row : undefined;
};

/**
 * Why a call whose outcome is unknown must not be sent again under its key, if it must not: the provider may have
 * forgotten the key by any clock before this sending ends, or others may have written since, and it would write over
 * what nobody approved. `kept` says whether its leases were.
 */
export const whyNotAgain = (
  deps: Pick<Deps, "clock" | "policy">,
  context: StepContext,
  row: Pick<LedgerRow, "started_at">,
  kept: boolean,
): string | undefined => {
  if (!kept) return "its lease was given to others since";
  const known = keyKnownSeconds(context.called);
  const forgotten = instantAfter(Date.parse(row.started_at), known * 1000);
  return mayRunUntil(deps, context) < forgotten ? undefined : `its key is known for ${known} s after ${row.started_at}`;
};

/** Why an INTENT could not be written, in words for the log. */
export const NOT_OURS = {
  exists: "a row stands in the ledger already",
  closed: "the place in the ledger is closed",
} as const;

/** Stable: whoever sends the call of this row, however late, sends the same key. */
export const idempotencyKeyOf = (key: LedgerKey): string =>
  digestOf("idempotency-key", { execution_id: key.execution_id, step_id: key.step_id, side: key.side }).slice(0, 40);

export const liveCall = (context: StepContext, args: JsonObject, key: string): Omit<LiveToolCall, "signal"> => ({
  ...toolCall(context, args),
  idempotency_key: key,
});

/**
 * Somebody moved the step since this function read it: it was given up, or is a second delivery, and the step stands
 * elsewhere or is to run otherwise. Read after INTENT was written, so that whoever moves it finds the row. That it was
 * only put off changes nothing.
 */
export const hasMoved = async (
  deps: Pick<Deps, "steps">,
  { record }: Pick<StepContext, "record">,
): Promise<boolean> => {
  const now = await deps.steps.get(record.execution_id, record.step_id);
  return (
    now?.state !== record.state ||
    now.phase !== record.phase ||
    now.approved_digest !== record.approved_digest ||
    now.preview_digest !== record.preview_digest
  );
};

/** A lock that holds this call, or this compensation, now: read with strong consistency. */
export const lockOn = async (deps: Pick<Deps, "locks">, context: StepContext): Promise<string | undefined> => {
  const { execution, step, record, contract } = context;
  const [held] = locksOn(await deps.locks.all(), execution.execution_id, step, record, contract);
  return held === undefined ? undefined : `locked (${held.lock_id}) by ${held.locked_by}: ${held.reason}`;
};

/**
 * Runs `work` as the only attempt at this step and side: its row stands among the calls in flight meanwhile. Where
 * another attempt may be running (a task delivered twice, a function that the engine has given up), nothing is done.
 * @returns that attempt, if there is one
 */
export const asOnlyAttempt = async (
  deps: Pick<LiveDeps, "clock" | "policy" | "inFlightCalls">,
  context: StepContext,
  side: InFlight["side"],
  work: (inFlight: InFlight) => Promise<void>,
): Promise<InFlight | undefined> => {
  const inFlight = inFlightOf(deps, context, side);
  const running = await deps.inFlightCalls.begin(inFlight, inFlight.started_at);
  if (running !== undefined) return running;
  await work(inFlight);
  await deps.inFlightCalls.remove(inFlight);
  return undefined;
};

/**
 * Getting ready took so long that the call would outlive its row, its leases and its deadline, by its own clock:
 * nothing may be sent any more.
 */
export const isTooLate = (deps: Pick<Deps, "clock">, { started_at }: Pick<InFlight, "started_at">): boolean =>
  deps.clock.now().getTime() - Date.parse(started_at) > MARGIN_SECONDS * 1000;

export const TOO_LATE = "it took too long to get ready, so nothing was sent";

export const inFlightOf = (
  deps: Pick<Deps, "clock" | "policy">,
  context: StepContext,
  side: InFlight["side"],
): InFlight => ({
  execution_id: context.execution.execution_id,
  step_id: context.step.step_id,
  side,
  tool_name: context.called.tool_name,
  agent_id: context.step.acting_agent_id,
  ...(context.called.tool_name === context.step.tool_name ? {} : { undoes: context.step.tool_name }),
  ...(context.step.agent_id === context.step.acting_agent_id ? {} : { proposed_by: context.step.agent_id }),
  started_at: deps.clock.now().toISOString(),
  may_run_until: mayRunUntil(deps, context),
});
