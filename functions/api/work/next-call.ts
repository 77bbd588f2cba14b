import type { WorkCall } from "../../../shared/execution/record/work.ts";
import type { WorkCalls } from "../../../shared/ports/work.ts";
import type { Deps } from "../../deps.ts";
import { type Caller, workerGroupsOf } from "../http/caller.ts";
import type { NextBody } from "../schemas.ts";
import { type HoldsDeps, whatHolds } from "./what-holds.ts";

type Using = Pick<Deps, "work" | "bell" | "clock"> & HoldsDeps;

/** Looks again each second: who waits for 20 s costs 20 small reads of each of its groups. */
const PAUSE_MS = 1_000;

/**
 * At most one call, given to that worker alone until its deadline: of its groups, for one of its tools, the oldest first.
 * A call that acts comes before one that looks; one that was stopped while it waited is given to nobody. Waits for one as
 * long as it was asked to, or until who asked has gone: given to nobody, a call would be of unknown outcome.
 */
export const nextCall =
  (deps: Using) =>
  async ({ tools, wait_seconds }: NextBody, caller: Caller, signal?: AbortSignal): Promise<WorkCall | null> => {
    const groups = workerGroupsOf(caller.scopes);
    const asked_at = deps.clock.now().toISOString();
    for (const group of groups) await deps.work.seen.note({ group, worker: caller.name, tools, asked_at });
    for (let left = wait_seconds * 1_000; ; left -= PAUSE_MS) {
      const heard = deps.bell.heard();
      if (signal?.aborted === true) return null;
      const taken = await takeOne(deps, groups, tools, caller.name);
      if (taken !== undefined) return taken;
      if (left <= 0) return null;
      await deps.bell.wait(heard, Math.min(PAUSE_MS, left), signal);
    }
  };

const takeOne = async (
  deps: Using,
  groups: readonly string[],
  tools: readonly string[],
  worker: string,
): Promise<WorkCall | undefined> => {
  for (const group of groups) {
    for (const calls of [deps.work.acts, deps.work.reads]) {
      const take = () => calls.take(group, tools, worker, deps.clock.now().toISOString());
      for (let taken = await take(); taken !== undefined; taken = await take()) {
        if (await isGiven(deps, calls, taken, worker)) return taken;
      }
    }
  }
  return undefined;
};

/** Taken first, then looked at: whoever stops it afterwards finds it with its worker, and says so. */
const isGiven = async (deps: Using, calls: WorkCalls, taken: WorkCall, worker: string): Promise<boolean> => {
  const held = await holdsOrCannotTell(deps, taken);
  if (held === undefined) return true;
  await calls.withhold(taken.call_id, worker, held.why);
  deps.bell.ring();
  // Nobody was given it; that it could not be looked at is an error of its own.
  if ("thrown" in held) throw held.thrown;
  return false;
};

const holdsOrCannotTell = async (deps: Using, taken: WorkCall) => {
  try {
    const why = await whatHolds(deps, taken);
    return why === undefined ? undefined : { why };
  } catch (thrown) {
    return { why: "what might stop it could not be read", thrown };
  }
};
