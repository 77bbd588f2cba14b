import { writtenKeysOf } from "../../../shared/contracts/resources.ts";
import { strictestLimits } from "../../../shared/contracts/strictest-limits.ts";
import type { RateLimit } from "../../../shared/contracts/tool-contract.ts";
import type { NotFree } from "../../../shared/execution/attempt/unsent.ts";
import type { Line } from "../../../shared/execution/order/waiting-in-line.ts";
import { thrownText } from "../../../shared/plan/cut-text.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import type { Holder, Lease } from "../../../shared/ports/coordination.ts";
import type { Deps } from "../../deps.ts";
import type { StepContext } from "../step/step-context.ts";
import { isKept } from "./held-leases.ts";
import { type AttemptDeps, endsAt, nowOf } from "./in-flight.ts";
import { pauseOfService } from "./push-back.ts";

/** A slot of the tool that is called; none where its contract has no limit of calls at once. */
export type Slot = Holder | undefined;

/** Leases and slot that a LIVE start holds while it runs. */
export type Held = { readonly leases: readonly Lease[]; readonly slot: Slot };

type Busy = NotFree & { readonly ok: false };

const NO_LINE: Line = { ahead: 0, moved_at: null };

/** With one slot free every so often and many that look for it, short pauses keep it from standing idle. */
const MAX_SLOT_PAUSE_SECONDS = 10;

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
  deps: AttemptDeps,
  context: StepContext,
  args: JsonObject,
  /** Held beside the written resources. */
  further: readonly string[] = [],
): Promise<{ ok: true; held: Held } | Busy> => {
  const now = nowOf(deps);
  const holder = holderOf(deps, context);
  const leases: Lease[] = [];
  const giveUp = async (notFree: Busy): Promise<Busy> => {
    await freeLeases(deps, leases);
    return notFree;
  };
  const written = context.step.writes ? writtenKeysOf(context.contract, args) : [];
  const keys = [...new Set([...written, ...further])];
  for (const key of keys.sort()) {
    const taken = await deps.leases.acquire(key, holder, now);
    if (taken.kind === "busy") {
      const at_most = Math.min(MAX_PAUSE_SECONDS, PAUSE_PER_PLACE_SECONDS * (taken.ahead + 1));
      const busy = takenInWords(deps, taken.by);
      return giveUp({ ok: false, busy, seconds: 1, at_most, line: { ahead: taken.ahead, moved_at: null }, lease: key });
    }
    leases.push(taken.lease);
  }
  const turn = await takeTurn(deps, context);
  return turn.ok ? { ok: true, held: { leases, slot: turn.slot } } : giveUp(turn);
};

const takenInWords = (deps: Pick<Deps, "clock">, by: Lease): string => {
  const step = `${by.execution_id}/${by.step_id}`;
  return isKept(deps, by)
    ? `${by.key} may have been written by ${step}, whose outcome is unknown: nobody else writes it until that is known, if need be by a person's word`
    : `${by.key} is being written by ${step}, or is its turn to write`;
};

type Turning = Pick<Deps, "clock" | "log" | "semaphores" | "waker">;
type Releasing = Pick<Deps, "clock" | "log" | "leases" | "waker">;

/** One slot is worth waking one execution: so many are tried until one is found that waits. */
const TRIED = 3;

/**
 * Wakes the execution that has asked longest ago for a slot of the tool; one that is in the middle of a wave looks for
 * itself. That nobody could be told takes nothing from the call that has ended: who waits looks again by itself.
 */
const tellOfSlot = async ({ clock, log, semaphores, waker }: Turning, tool_name: string): Promise<void> => {
  try {
    const asking = await semaphores.asking(tool_name, clock.now().toISOString());
    for (const execution_id of asking.slice(0, TRIED)) {
      const woken = await waker.wake([execution_id]);
      await semaphores.told(tool_name, execution_id);
      if (woken.has(execution_id)) return;
    }
  } catch (error) {
    log.warn("nobody was told of a free slot", { tool_name, why: thrownText(error) });
  }
};

type TurnDeps = Pick<Deps, "clock" | "policy" | "semaphores" | "tokenBuckets">;

/** A slot of the tool that is called and a token of its service: what every sending takes, the first and those again. */
export const takeTurn = async (
  deps: TurnDeps,
  context: StepContext,
): Promise<{ readonly ok: true; readonly slot: Slot } | Busy> => {
  const now = nowOf(deps);
  const taken = await takeSlot(deps, context, now);
  if (!taken.ok) return taken;
  const used_up = await takeToken(deps, context, now);
  if (used_up === undefined) return taken;
  if (taken.slot !== undefined) await deps.semaphores.release(context.called.tool_name, taken.slot);
  // A token comes when its time has come, and nothing that happens before brings one.
  const at_most = Math.max(MAX_PAUSE_SECONDS, used_up.seconds);
  return { ok: false, at_most, line: NO_LINE, ...used_up };
};

const takeSlot = async (
  deps: TurnDeps,
  context: StepContext,
  now: string,
): Promise<{ readonly ok: true; readonly slot: Slot } | Busy> => {
  const { tool_name, max_concurrent } = context.called;
  if (max_concurrent === undefined) return { ok: true, slot: undefined };
  const slot = holderOf(deps, context);
  if ((await deps.semaphores.acquire(tool_name, max_concurrent, slot, now)) === "acquired") return { ok: true, slot };
  const busy = `${max_concurrent} calls of ${tool_name} are running, which is its limit`;
  const line = { ahead: 0, moved_at: (await deps.semaphores.lastGiven(tool_name)) ?? null };
  return { ok: false, busy, seconds: 1, at_most: MAX_SLOT_PAUSE_SECONDS, line, slot_of: tool_name };
};

/** A token of the service, where it has a rate. @returns why there is none, or why the service is to be left alone */
const takeToken = async (
  deps: Pick<Deps, "tokenBuckets">,
  context: StepContext,
  now: string,
): Promise<Pick<NotFree, "busy" | "seconds" | "paused_until" | "flows_within_seconds"> | undefined> => {
  const rate_limit = limitOf(context);
  const seconds = rate_limit === null ? 0 : await deps.tokenBuckets.take(rate_limit.service, rate_limit, now);
  if (rate_limit !== null && seconds === 0) return undefined;
  const paused = await pauseOfService(deps, context.called, now);
  if (paused !== undefined) return paused;
  if (rate_limit === null) return undefined;
  const busy = `the rate limit of ${rate_limit.service} is used up`;
  return { busy, seconds, flows_within_seconds: rate_limit.window_seconds };
};

/** Of the service, not of the one tool: another contract of the execution may state a stricter one. */
const limitOf = ({ called, submission }: StepContext): RateLimit | null =>
  called.rate_limit === null
    ? null
    : (strictestLimits([called, ...submission.contracts]).get(called.rate_limit.service) ?? called.rate_limit);

/** Gives the slot back, and tells who waits for one: nobody does where there was none to take. */
export const endTurn = async (deps: Turning, { called }: StepContext, slot: Slot): Promise<void> => {
  if (slot === undefined) return;
  await deps.semaphores.release(called.tool_name, slot);
  await tellOfSlot(deps, called.tool_name);
};

const holderOf = (deps: Pick<Deps, "clock" | "policy">, context: StepContext): Holder => ({
  execution_id: context.execution.execution_id,
  step_id: context.step.step_id,
  until: endsAt(deps, context, nowOf(deps)),
});

/**
 * Gives leases back, and wakes whose turn it is: a free lease is kept for that one, and would stand idle until it looks
 * again by itself. One that is in the middle of a wave finds its turn in the next pass.
 */
const freeLeases = async (deps: Releasing, leases: readonly Lease[]): Promise<void> => {
  const next = new Set<string>();
  for (const lease of leases) {
    const first = await deps.leases.release(lease, nowOf(deps));
    if (first !== undefined) next.add(first.execution_id);
  }
  if (next.size === 0) return;
  try {
    await deps.waker.wake([...next]);
  } catch (error) {
    deps.log.warn("nobody was told of a free lease", { executions: [...next].join(", "), why: thrownText(error) });
  }
};

/** Lets go. With an unknown outcome the leases are kept: nobody writes what may have been written. */
export const letGo = async (
  deps: AttemptDeps,
  context: StepContext,
  held: Held,
  options: { keepLeases: boolean },
): Promise<void> => {
  if (!options.keepLeases) await freeLeases(deps, held.leases);
  await endTurn(deps, context, held.slot);
};
