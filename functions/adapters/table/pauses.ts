import { z } from "zod";
import { LONGEST_PAUSE_SECONDS, type Pause } from "../../../shared/ports/coordination.ts";
import { pauseIsShorter } from "./conditions.ts";
import type { Item } from "./item.ts";
import { bucketKey, PAUSES, pauseKey } from "./keys/of-calls.ts";
import { bodyOf, eachReadable, milliseconds, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const pauseBody = z.strictObject({ service: z.string(), until: z.string(), reason: z.string() });

/** Far more than the clocks of two machines are apart, unless one of them is wrong. */
const APART_SECONDS = 600;

/** No pause of a clock that is about right lasts longer: one that seems to was put by a clock that was ahead. */
const latest = (now: string): number => milliseconds(now) + (LONGEST_PAUSE_SECONDS + APART_SECONDS) * 1_000;

/** For how many seconds a row says that its service is to be left alone; 0 where it does not. */
export const pausedSeconds = (item: Item | undefined, now: string): number => {
  const until = Number(item?.until_ms ?? 0);
  const at = milliseconds(now);
  return until <= at || until > latest(now) ? 0 : (until - at) / 1_000;
};

/**
 * Each in two rows: beside the tokens of its service, which who takes one reads anyway, and among all of them. They say
 * when to come again, and protect nothing: one that cannot be read counts as none.
 */
export const pauses = (table: Table) => {
  const lasting = (items: readonly Item[], now: string): Pause[] =>
    eachReadable(
      items.filter((item) => pausedSeconds(item, now) > 0),
      (item) => readBody(pauseBody, item),
    ).items;
  return {
    put: async (pause: Pause, now: string): Promise<void> => {
      const most = milliseconds(now) + LONGEST_PAUSE_SECONDS * 1_000;
      const until_ms = Math.min(milliseconds(pause.until), most);
      const bounded: Pause = { ...pause, until: new Date(until_ms).toISOString() };
      const shorter = pauseIsShorter(until_ms, latest(now));
      await table.update(pauseKey(pause.service), { set: { until_ms, ...bodyOf(bounded) } }, shorter);
      await table.update(bucketKey(pause.service), { set: { until_ms } }, shorter);
    },
    of: async (service: string, now: string): Promise<Pause | undefined> => {
      const item = await table.get(pauseKey(service));
      return item === undefined ? undefined : lasting([item], now)[0];
    },
    all: async (now: string): Promise<Pause[]> => lasting(await table.query(PAUSES), now),
  };
};
