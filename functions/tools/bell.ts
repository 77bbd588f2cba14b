import type { Bell } from "../../shared/ports/work.ts";
import { type Timer, waitFor } from "./timer.ts";

/** Where a process waits for what others do, nobody hears: it looks again when its pause is over. */
export const silentBell = (timer: Timer): Bell => ({
  ring: () => {},
  heard: () => 0,
  wait: (_heard, milliseconds, signal) => waitFor(timer, milliseconds, signal),
});

/** Where one process does it all, a ring ends every pause. */
export const sharedBell = (timer: Timer): Bell => {
  let rung = 0;
  const listening = new Set<() => void>();
  return {
    ring: () => {
      rung += 1;
      for (const hear of [...listening]) hear();
    },
    heard: () => rung,
    wait: async (heard, milliseconds, signal) => {
      if (rung > heard) return;
      const ears = new AbortController();
      const hear = (): void => ears.abort();
      listening.add(hear);
      await waitFor(timer, milliseconds, signal === undefined ? ears.signal : AbortSignal.any([signal, ears.signal]));
      listening.delete(hear);
    },
  };
};
