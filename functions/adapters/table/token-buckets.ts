import type { TokenBuckets } from "../../../shared/ports/coordination.ts";
import { bucketHasToken, bucketIsFull } from "./conditions.ts";
import { bucketKey } from "./keys.ts";
import { milliseconds } from "./record.ts";
import type { Table } from "./table.ts";

const MICROSECONDS = 1_000_000;
/** A year: a contract of a release before this was bounded may have said more than a number of the table can hold. */
const LONGEST_INTERVAL = 31_536_000 * MICROSECONDS;
const ATTEMPTS = 20;

type Rate = { limit: number; window_seconds: number };

/**
 * The generic cell rate algorithm (ITU-T I.371): instead of counting tokens, keep the moment when the bucket will be
 * full again. A token taken moves it on by `interval` = window / limit; a token is there while that moment is at most
 * (limit - 1) intervals away. The same as a bucket of `limit` tokens refilled continuously, but one whole number
 * (microseconds since 1970) and one conditional addition, which contenders do not undo for each other.
 */
const cell = (rate: Rate, now: string) => {
  const interval = Math.min(LONGEST_INTERVAL, Math.ceil((rate.window_seconds * MICROSECONDS) / rate.limit));
  const at = milliseconds(now) * 1_000;
  return { interval, at, latest: at + (rate.limit - 1) * interval };
};

export const tokenBuckets = (table: Table): TokenBuckets => {
  const fullAt = async (service: string): Promise<number> =>
    Number((await table.get(bucketKey(service)))?.full_at_us ?? 0);

  return {
    take: async (service, rate, now) => {
      const { interval, at, latest } = cell(rate, now);
      for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
        const full = await fullAt(service);
        if (full > latest) return (full - latest) / MICROSECONDS;
        const outcome =
          full <= at
            ? await table.update(bucketKey(service), { set: { full_at_us: at + interval } }, bucketIsFull(at))
            : await table.update(bucketKey(service), { add: { full_at_us: interval } }, bucketHasToken(latest));
        if (outcome !== "refused") return 0;
      }
      // Others took a token at every turn: as if the bucket had just been emptied.
      return interval / MICROSECONDS;
    },

    remaining: async (service, rate, now) => {
      const { interval, at, latest } = cell(rate, now);
      const full = await fullAt(service);
      return full <= at ? rate.limit : Math.max(0, Math.floor((latest - full) / interval) + 1);
    },
  };
};
