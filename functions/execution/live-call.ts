import { digestOf } from "../../shared/audit/digest.ts";
import { resourcesOf } from "../../shared/contracts/resources.ts";
import { keyKnownSeconds } from "../../shared/contracts/tool-contract.ts";
import type { LedgerKey, LedgerRow } from "../../shared/execution/ledger-row.ts";
import { locksOn } from "../../shared/execution/step-locks.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Holder, InFlight, Lease } from "../../shared/ports/coordination.ts";
import type { LiveToolCall } from "../../shared/ports/tools.ts";
import type { Deps } from "../deps.ts";
import { type StepContext, toolCall } from "./step-context.ts";

/** Time a LIVE function may go on after the contract's timeout: to write the outcome and let go. */
const MARGIN_SECONDS = 30;

export type LiveDeps = Pick<
  Deps,
  | "clock"
  | "timer"
  | "log"
  | "policy"
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
>;

export const later = (deps: Pick<Deps, "clock">, seconds: number): string =>
  new Date(deps.clock.now().getTime() + seconds * 1000).toISOString();

/** Until when a call that starts now may run by any clock, with the time to write its outcome. */
export const mayRunUntil = (deps: Pick<Deps, "clock" | "policy">, context: StepContext): string =>
  later(deps, context.called.timeout_seconds + MARGIN_SECONDS + deps.policy.largest_clock_skew_seconds);

/** When a call without an answer can take effect no more, by any clock: not before may it be asked about or sent again. */
export const settlesAt = (
  { policy }: Pick<Deps, "policy">,
  row: Pick<LedgerRow, "started_at" | "ended_at">,
): string => {
  const seconds = policy.settling_seconds + policy.largest_clock_skew_seconds;
  return new Date(Date.parse(row.ended_at ?? row.started_at) + seconds * 1000).toISOString();
};

/**
 * Says in the ledger, before a call is sent again, until when this sending may be under way: whoever looks at the row
 * next, also after a death, waits until it has settled before it asks, sends, or frees what the call writes.
 * @returns the row as it stands, or nothing when it has been settled meanwhile
 */
export const sendingAgain = async (
  deps: Pick<Deps, "clock" | "ledger">,
  { called }: Pick<StepContext, "called">,
  row: LedgerRow,
): Promise<LedgerRow | undefined> => {
  const at = later(deps, called.timeout_seconds);
  const unknown = { status: "INDETERMINATE", at, output: null, error: row.error, undo: null } as const;
  const noted = await deps.ledger.settle(row, row.epoch, "INDETERMINATE", unknown);
  return noted.kind === "settled" ? noted.row : undefined;
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
  const forgotten = new Date(Date.parse(row.started_at) + known * 1000).toISOString();
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

export const liveCall = (context: StepContext, args: JsonObject, key: string, signal: AbortSignal): LiveToolCall => ({
  ...toolCall(context, args),
  idempotency_key: key,
  signal,
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

/** What a LIVE start holds while it runs. */
export type Held = { readonly leases: readonly Lease[]; readonly slot: Holder };

/** Seconds: `seconds` until it makes sense to look again, `at_most` however often that was in vain. */
export type NotFree = { readonly ok: false; readonly busy: string; readonly seconds: number; readonly at_most: number };

/** The longest pause before a step looks again for what was not free. */
const MAX_PAUSE_SECONDS = 30;

/** A free lease is kept for whoever is next, so that one looks often, and those behind it in proportion. */
const PAUSE_PER_PLACE_SECONDS = 4;

/**
 * Takes what the call needs: a lease per written resource (in the order of their keys, so that two starts cannot hold
 * what the other wants), a slot of the tool, a token of its service. All or nothing.
 * @returns what is held, or in words what was not free, after how many seconds to look again, and the longest pause
 * that does not waste the turn of whoever waits for a lease.
 */
export const takeResources = async (
  deps: LiveDeps,
  context: StepContext,
  args: JsonObject,
  /** Held beside the written resources. */
  further: readonly string[] = [],
): Promise<{ ok: true; held: Held } | NotFree> => {
  const now = deps.clock.now().toISOString();
  const holder: Holder = {
    execution_id: context.execution.execution_id,
    step_id: context.step.step_id,
    until: mayRunUntil(deps, context),
  };
  const leases: Lease[] = [];
  const giveUp = async (busy: string, seconds: number, at_most = MAX_PAUSE_SECONDS): Promise<NotFree> => {
    await freeLeases(deps, leases);
    return { ok: false, busy, seconds, at_most };
  };
  const written = context.step.writes ? resourcesOf(context.contract, args, []) : [];
  const writtenKeys = written.filter((resource) => resource.access === "write").map((resource) => resource.key);
  const keys = [...new Set([...writtenKeys, ...further])];
  for (const key of keys.sort()) {
    const taken = await deps.leases.acquire(key, holder, now);
    if (taken.kind === "busy") {
      const by = `${taken.by.execution_id}/${taken.by.step_id}`;
      const at_most = Math.min(MAX_PAUSE_SECONDS, PAUSE_PER_PLACE_SECONDS * (taken.ahead + 1));
      return giveUp(`${key} is being written by ${by}, or is its turn to write`, 1, at_most);
    }
    leases.push(taken.lease);
  }
  const { tool_name, max_concurrent, rate_limit } = context.called;
  if ((await deps.semaphores.acquire(tool_name, max_concurrent, holder, now)) === "full") {
    return giveUp(`${max_concurrent} calls of ${tool_name} are running, which is its limit`, 1);
  }
  const seconds = rate_limit === null ? 0 : await deps.tokenBuckets.take(rate_limit.service, rate_limit, now);
  if (seconds > 0) {
    await deps.semaphores.release(tool_name, holder);
    return giveUp(`the rate limit of ${rate_limit?.service} is used up`, seconds);
  }
  return { ok: true, held: { leases, slot: holder } };
};

const freeLeases = async (deps: Pick<Deps, "leases">, leases: readonly Lease[]): Promise<void> => {
  for (const lease of leases) await deps.leases.release(lease);
};

/** Lets go. With an unknown outcome the leases are kept: nobody writes what may have been written. */
export const letGo = async (
  deps: LiveDeps,
  context: StepContext,
  held: Held,
  options: { keepLeases: boolean },
): Promise<void> => {
  if (!options.keepLeases) await freeLeases(deps, held.leases);
  await deps.semaphores.release(context.called.tool_name, held.slot);
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

export const TOO_LATE = "it took too long to get ready, so nothing was sent: begun again";

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
  started_at: deps.clock.now().toISOString(),
  may_run_until: mayRunUntil(deps, context),
});
