import type { Deps } from "../../deps.ts";

/**
 * So many are woken before the answer; each then works for a moment, and all at once would keep the answer, and
 * everybody else, waiting for as long as they do. The sweeper wakes the others, some at a time.
 */
const TOLD_AT_ONCE = 50;

/**
 * How many running executions were told, and how many the sweeper tells within the next minutes; `warning`: where nobody
 * could see which these are, and so how many.
 */
export type Told = { readonly told: number; readonly still_to_tell: number; readonly warning?: string };

/**
 * Wakes executions that wait, so that they look at once at what was decided for all; any other looks before it acts.
 * That they cannot be told, or found, takes nothing from what was decided, and the answer must not sound as if it did.
 */
export const tellRunning = async (
  deps: Pick<Deps, "waker" | "log">,
  concerned: () => Promise<readonly string[]>,
  what: string,
): Promise<Told> => {
  let running: readonly string[];
  try {
    running = await concerned();
  } catch (error) {
    deps.log.error(`${what} holds, and executions that run could not be listed: the sweeper tells them`, {}, error);
    return { told: 0, still_to_tell: 0, warning: NOT_LISTED };
  }
  const first = running.slice(0, TOLD_AT_ONCE);
  try {
    await deps.waker.wake(first);
    return { told: first.length, still_to_tell: running.length - first.length };
  } catch (error) {
    deps.log.error(`${what} holds, and executions that wait were not told: the sweeper will`, {}, error);
    return { told: 0, still_to_tell: running.length };
  }
};

const NOT_LISTED =
  "it holds, and which executions run could not be read: nobody was told yet, and how many are still to be told is not known; each looks before its next call, and those that wait are told within minutes";
