import type { Deps } from "../../deps.ts";

/**
 * So many are woken before the answer; each then works for a moment, and all at once would keep the answer, and
 * everybody else, waiting for as long as they do. The sweeper wakes the others, some at a time.
 */
const TOLD_AT_ONCE = 50;

/** How many running executions were told, and how many the sweeper tells within the next minutes. */
export type Told = { readonly told: number; readonly still_to_tell: number };

/**
 * Wakes executions that wait, so that they look at once at what was decided for all; any other looks before it acts.
 * That they cannot be told takes nothing from what was decided, and the answer must not sound as if it did.
 */
export const tellRunning = async (
  deps: Pick<Deps, "waker" | "log">,
  running: readonly string[],
  what: string,
): Promise<Told> => {
  const first = running.slice(0, TOLD_AT_ONCE);
  try {
    await deps.waker.wake(first);
    return { told: first.length, still_to_tell: running.length - first.length };
  } catch (error) {
    deps.log.error(`${what} holds, and executions that wait were not told: the sweeper will`, {}, error);
    return { told: 0, still_to_tell: running.length };
  }
};
