import type { Timer } from "../functions/tools/timer.ts";
import type { Log } from "../shared/ports/log.ts";

type Task = (signal: AbortSignal) => Promise<void>;

/**
 * The schedule that a deployment has in EventBridge, and one sweep at once, behind what comes first. Sweeps come one after
 * the other; one that fails is repeated a minute later. @returns a function that ends it, when what runs has come to rest
 */
export const atOnceAndEveryMinute = (timer: Timer, first: Task, task: Task, log: Log): (() => Promise<void>) => {
  const stopped = new AbortController();
  const { signal } = stopped;
  const logged = (error: unknown): void => log.error("a sweep failed", {}, error);
  let cancel = (): void => {};
  const again = (): void => {
    if (signal.aborted) return;
    cancel = timer.after(60_000, () => {
      running = running
        .then(() => task(signal))
        .catch(logged)
        .finally(again);
    });
  };
  let running = first(signal)
    .then(() => task(signal))
    .catch(logged);
  again();
  return () => {
    stopped.abort();
    cancel();
    return running;
  };
};
