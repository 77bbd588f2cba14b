import type { Timer } from "../../../functions/tools/timer.ts";

/** Time that passes only when a test says so. */
export const manualTimer = () => {
  let now = 0;
  const waiting = new Set<{ at: number; then: () => void }>();
  const timer: Timer = {
    after: (milliseconds, then) => {
      const entry = { at: now + milliseconds, then };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
  };
  return {
    timer,
    pending: () => waiting.size,
    /** Lets time pass, then whatever that set in motion. */
    pass: async (milliseconds: number) => {
      now += milliseconds;
      for (const entry of [...waiting].filter(({ at }) => at <= now)) {
        waiting.delete(entry);
        entry.then();
      }
      await settled();
    },
  };
};

/** After every promise that is ready to go on has gone on. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
