import { takeTurns } from "../../../shared/ports/contention.ts";
import type { TokenBuckets } from "../../../shared/ports/coordination.ts";
import { bucketHasToken, bucketIsFull, bucketStandsAt } from "./conditions.ts";
import { bucketKey } from "./keys/of-calls.ts";
import { pausedSeconds, pauses } from "./pauses.ts";
import { milliseconds } from "./record.ts";
import type { Table } from "./table.ts";

const MICROSECONDS = 1_000_000;
/** A year: a contract of a release before this was bounded may have said more than a number of the table can hold. */
const LONGEST_INTERVAL = 31_536_000 * MICROSECONDS;
const TURNS = 20;
/** Far more than the clocks of two machines are apart, unless one of them is wrong. */
const APART = 600 * MICROSECONDS;

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
  return { interval, at, latest: at + (rate.limit - 1) * interval, window: rate.limit * interval };
};

type Stored = { readonly full: number; readonly window: number; readonly paused_seconds: number };

/**
 * No clock that is about right leaves a bucket that will be full later than its window from now: the one that did was
 * ahead, or this one has been set back. Nobody waits for it to be right again, which may take days.
 */
const isAhead = (
  { full, window }: Pick<Stored, "full" | "window">,
  { at, window: own }: ReturnType<typeof cell>,
): boolean => full > at + Math.max(window, own) + APART;

export const tokenBuckets = (table: Table): TokenBuckets => {
  /** `window`: of the rate under which a token was last taken from a full bucket; rows of releases before have none. */
  const stored = async (service: string, now: string): Promise<Stored> => {
    const item = await table.get(bucketKey(service));
    return {
      full: Number(item?.full_at_us ?? 0),
      window: Number(item?.window_us ?? 0),
      paused_seconds: pausedSeconds(item, now),
    };
  };
  const paused = pauses(table);

  return {
    take: async (service, rate, now) => {
      const asked = cell(rate, now);
      const { interval, at, latest, window: window_us } = asked;
      const wait = await takeTurns(TURNS, async () => {
        const found = await stored(service, now);
        const { full } = found;
        if (found.paused_seconds > 0) return found.paused_seconds;
        if (isAhead(found, asked)) {
          // As if the bucket had just been emptied: nobody knows how many tokens were taken lately.
          const emptied = { full_at_us: at + window_us, window_us };
          await table.update(bucketKey(service), { set: emptied }, bucketStandsAt(full));
          return "moved";
        }
        if (full > latest) return (full - latest) / MICROSECONDS;
        const outcome =
          full <= at
            ? await table.update(
                bucketKey(service),
                { set: { full_at_us: at + interval, window_us } },
                bucketIsFull(at),
              )
            : await table.update(bucketKey(service), { add: { full_at_us: interval } }, bucketHasToken(latest));
        return outcome === "moved" ? outcome : 0;
      });
      // Others took a token at every turn: as if the bucket had just been emptied.
      return wait === "moved" ? interval / MICROSECONDS : wait;
    },

    remaining: async (service, rate, now) => {
      const asked = cell(rate, now);
      const { interval, at, latest } = asked;
      const found = await stored(service, now);
      const { full } = found;
      if (isAhead(found, asked)) return 0;
      return full <= at ? rate.limit : Math.max(0, Math.floor((latest - full) / interval) + 1);
    },

    pause: paused.put,
    pauseOf: paused.of,
    pauses: paused.all,
  };
};
