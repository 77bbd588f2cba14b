import { type Aggregate, addAggregates, emptyAggregate } from "../../../shared/feedback/aggregate.ts";

/** The sum of a window as it was read, with what this process added since, and whose aggregates are in it. */
type Kept = { readonly read_at: number; readonly counted: Set<string>; sum: Aggregate };

export type Counted = readonly (readonly [execution_id: string, aggregate: Aggregate])[];

/**
 * How long a sum that was read serves, in seconds: a thirtieth of its window, but never so long that nobody would know
 * it again. An addition of another process in between is seen by then; what falls out of the window leaves by then.
 */
const servesSeconds = (window_seconds: number): number => Math.min(300, Math.max(30, window_seconds / 30));

/**
 * Sums of windows that end now, kept by the process: every execution asks for several, and to read each aggregate of the
 * day for each would grow with the square of their number. An addition of this process counts at once.
 */
export const recentAggregates = (read: (since: number, until: number) => Promise<Counted>) => {
  const windows = new Map<number, Promise<Kept>>();

  const readWindow = async (window_seconds: number, now: number): Promise<Kept> => {
    // One millisecond more, because an execution that ends now belongs to now.
    const found = await read(now - window_seconds * 1_000, now + 1);
    const sum = found.reduce((all, [, aggregate]) => addAggregates(all, aggregate), emptyAggregate);
    return { read_at: now, counted: new Set(found.map(([execution_id]) => execution_id)), sum };
  };

  const keptOf = async (window_seconds: number, now: number): Promise<Kept> => {
    const known = await windows.get(window_seconds);
    const age = known === undefined ? Number.NaN : (now - known.read_at) / 1_000;
    if (known !== undefined && age >= 0 && age < servesSeconds(window_seconds)) return known;
    const reading = readWindow(window_seconds, now);
    windows.set(window_seconds, reading);
    // A failed read is no sum: the next one asks again.
    reading.catch(() => windows.delete(window_seconds));
    return reading;
  };

  return {
    /** A caller that asks for the sum without an execution that is in it has to read; the others find it. */
    sum: async (window_seconds: number, now: number): Promise<Pick<Kept, "sum" | "counted">> =>
      keptOf(window_seconds, now),

    /** An aggregate was written. One that is counted already, because its execution ends once more, has everything read anew. */
    added: async (execution_id: string, aggregate: Aggregate): Promise<void> => {
      for (const [window_seconds, reading] of windows) {
        const kept = await reading.catch(() => undefined);
        if (kept === undefined) continue;
        if (kept.counted.has(execution_id)) {
          windows.delete(window_seconds);
          continue;
        }
        kept.counted.add(execution_id);
        kept.sum = addAggregates(kept.sum, aggregate);
      }
    },
  };
};
