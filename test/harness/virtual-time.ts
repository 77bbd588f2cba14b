import type { Timer } from "../../functions/tools/timer.ts";
import type { Clock } from "../../shared/ports/runtime.ts";

type Entry = { readonly at: number; readonly then: () => void };

/** Time that passes only when a test says so: one clock and one timer, which agree. */
export type VirtualTime = {
  readonly clock: Clock;
  readonly timer: Timer;
  /** Lets so many seconds pass, timer by timer, with `settle` after each. */
  pass(seconds: number, settle: () => Promise<void>): Promise<void>;
  /** Seconds until the next timer, or undefined when none is set. */
  untilNext(): number | undefined;
};

export const virtualTime = (start: string): VirtualTime => {
  let now = Date.parse(start);
  const entries = new Set<Entry>();
  const next = (): Entry | undefined =>
    [...entries].reduce<Entry | undefined>(
      (soonest, entry) => (soonest === undefined || entry.at < soonest.at ? entry : soonest),
      undefined,
    );
  return {
    clock: { now: () => new Date(now) },
    timer: {
      after: (milliseconds, then) => {
        const entry = { at: now + milliseconds, then };
        entries.add(entry);
        return () => entries.delete(entry);
      },
    },
    untilNext: () => {
      const entry = next();
      return entry === undefined ? undefined : Math.max(0, (entry.at - now) / 1000);
    },
    pass: async (seconds, settle) => {
      const end = now + seconds * 1000;
      for (let entry = next(); entry !== undefined && entry.at <= end; entry = next()) {
        entries.delete(entry);
        now = Math.max(now, entry.at);
        entry.then();
        await settle();
      }
      now = end;
      await settle();
    },
  };
};
