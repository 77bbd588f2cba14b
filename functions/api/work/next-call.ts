import type { WorkCall } from "../../../shared/execution/work.ts";
import type { Deps } from "../../deps.ts";
import { type Caller, workerGroupsOf } from "../http/caller.ts";
import type { NextBody } from "../schemas.ts";

type Using = Pick<Deps, "work" | "bell" | "clock">;

/** Looks again each second: who waits for 20 s costs 20 small reads of each of its groups. */
const PAUSE_MS = 1_000;

/**
 * At most one call, given to that worker alone until its deadline: of its groups, for one of its tools, the oldest first.
 * A call that acts comes before one that looks. Waits for one as long as it was asked to, or until who asked has gone:
 * given to nobody, a call would be of unknown outcome.
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
  { work, clock }: Using,
  groups: readonly string[],
  tools: readonly string[],
  worker: string,
): Promise<WorkCall | undefined> => {
  for (const group of groups) {
    for (const calls of [work.acts, work.reads]) {
      const taken = await calls.take(group, tools, worker, clock.now().toISOString());
      if (taken !== undefined) return taken;
    }
  }
  return undefined;
};
