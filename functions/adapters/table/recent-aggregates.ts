import { type Aggregate, addAggregates } from "../../../shared/feedback/aggregate.ts";
import { type Counted, hourOf, type Summed } from "./hours.ts";

/** The sum of a window as it was read, with what this process added since, and whose aggregates are in it. */
type Kept = {
  readonly read_at: number;
  readonly counted: Set<string>;
  readonly rolled: ReadonlySet<string>;
  sum: Aggregate;
};

/**
 * How long a sum that was read serves, in seconds: a thirtieth of its window, but never so long that nobody would know
 * it again. An addition of another process in between is seen by then; what falls out of the window leaves by then.
 */
const servesSeconds = (window_seconds: number): number => Math.min(300, Math.max(30, window_seconds / 30));

/**
 * Sums of windows that end now, kept by the process: every execution asks for several, and to read each aggregate of the
 * day for each would grow with the square of their number. An addition of this process counts at once.
 */
export const recentAggregates = (read: (since: number, until: number) => Promise<Summed>) => {
  const windows = new Map<number, Promise<Kept>>();

  const readWindow = async (window_seconds: number, now: number): Promise<Kept> => {
    // One millisecond more, because an execution that ends now belongs to now.
    const { sum, counted, rolled } = await read(now - window_seconds * 1_000, now + 1);
    return { read_at: now, counted: new Set(counted), rolled, sum };
  };

  const readAnew = (window_seconds: number, now: number): Promise<Kept> => {
    const reading = readWindow(window_seconds, now);
    windows.set(window_seconds, reading);
    // A failed read is no sum: the next one asks again.
    reading.catch(() => windows.delete(window_seconds));
    return reading;
  };

  const keptOf = async (window_seconds: number, now: number): Promise<Kept> => {
    const known = await windows.get(window_seconds);
    const age = known === undefined ? Number.NaN : (now - known.read_at) / 1_000;
    if (known !== undefined && age >= 0 && age < servesSeconds(window_seconds)) return known;
    return readAnew(window_seconds, now);
  };

  return {
    /** A caller that asks for the sum without an execution that is in it has to read; the others find it. */
    sum: async (window_seconds: number, now: number): Promise<Summed> => keptOf(window_seconds, now),

    /** Whatever is kept: with all that was written before. */
    anew: async (window_seconds: number, now: number): Promise<Summed> => readAnew(window_seconds, now),

    /** An aggregate was written. Where one of its execution may be counted already, everything is read anew. */
    added: async ({ execution_id, at, aggregate }: Counted): Promise<void> => {
      for (const [window_seconds, reading] of windows) {
        const kept = await reading.catch(() => undefined);
        if (kept === undefined) continue;
        if (kept.counted.has(execution_id) || kept.rolled.has(hourOf(at))) {
          windows.delete(window_seconds);
          continue;
        }
        kept.counted.add(execution_id);
        kept.sum = addAggregates(kept.sum, aggregate);
      }
    },
  };
};
