import { type Aggregate, addAggregates, aggregate, emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { monthsBetween } from "../../../shared/plan/instant.ts";
import { compareAndSet } from "../../../shared/ports/contention.ts";
import { Unstorable } from "../../../shared/ports/unstorable.ts";
import { notThere, stillVersion } from "./conditions.ts";
import type { Item } from "./item.ts";
import { hourKey, hoursOfMonth } from "./keys/of-measures.ts";
import { bodyOf, eachReadable, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const HOUR_MS = 3_600_000;

/** An aggregate as its row tells of it; `at` is the moment it stands under. */
export type Counted = { readonly execution_id: string; readonly at: string; readonly aggregate: Aggregate };

/** Is given what a window holds a page at a time, so that a busy hour is never held at once. */
export type TakesPage = (page: readonly Counted[]) => void;

/** The rows of aggregates that the hours add up. */
export type Rows = {
  /** From a moment to just before another, oldest first. */
  between(from: string, until: string, take: TakesPage): Promise<void>;
  ofHour(hour: string, take: TakesPage): Promise<void>;
};

/** `rolled`: hours whose aggregates are in the sum without having been read; `counted`: those that were read. */
export type Summed = {
  readonly sum: Aggregate;
  readonly counted: ReadonlySet<string>;
  readonly rolled: ReadonlySet<string>;
};

/**
 * An hour is added up when it has been over for so long: twice what two clocks differ by at most, and the minute that a
 * function lives, so that no function that took it for open is still at work.
 */
const SETTLED_MS = 20 * 60_000;

/** Longer than the longest window that anybody asks for. */
const LONGEST_WINDOW_MS = 8 * 86_400_000;

/** Each lost race is a change of that one hour. */
const TURNS = 20;

export const hourOf = (at: string): string => at.slice(0, 13);
const startOf = (hour: string): string => `${hour}:00:00.000Z`;
const endOf = (hour: string): string => instantOf(Date.parse(startOf(hour)) + HOUR_MS);
const instantOf = (milliseconds_since_1970: number): string => new Date(milliseconds_since_1970).toISOString();
const floorHour = (at: string): string => startOf(hourOf(at));

/** A sum with rows that were counted added to it. */
export const addedTo = (sum: Aggregate, counted: readonly Counted[]): Aggregate =>
  counted.reduce((before, each) => addAggregates(before, each.aggregate), sum);

/** No sum where the hour is to be read row by row; no `from` where nobody has added it up yet. */
type Hour = {
  readonly hour: string;
  readonly item: Item;
  readonly version: number;
  /** Since this moment there is nothing before the hour that no earlier hour tells of. */
  readonly from: string | undefined;
  readonly sum: Aggregate | undefined;
  /** Writes of aggregates into the hour that are under way, or were cut off. */
  readonly pending: number;
};

const toHour = (item: Item): Hour => ({
  hour: item.sk,
  item,
  version: Number(item.version),
  from: item.from === undefined ? undefined : String(item.from),
  sum: item.body === undefined ? undefined : eachReadable([item], (each) => readBody(aggregate, each)).items[0],
  pending: Number(item.pending),
});

/**
 * Sums of whole hours beside the rows of aggregates, which are the truth: an hour is added up once it is over, and read
 * in place of its rows. Each sum says from when on it knows of everything, up to the end of its hour; where that chain
 * has a hole, because a sum was lost, the rows are read, and added up again. A write into an hour that is over marks it
 * before and after: while it is marked, or where the writer died in between, its rows are read.
 */
export const hours = (table: Table, rows: Rows) => {
  /** Until when this process has seen everything added up. */
  let rolledUntil = "";

  const hoursBetween = async (from: string, until: string): Promise<Hour[]> => {
    // From the hour of `from` on, that one included.
    const after = hourOf(instantOf(Date.parse(floorHour(from)) - HOUR_MS));
    const months = monthsBetween(from, until).map((month) => table.query(hoursOfMonth(month), { after }));
    const found = (await Promise.all(months)).flat().map(toHour);
    return found.filter(({ hour }) => startOf(hour) < until);
  };

  const mark = (hour: string, change: 1 | -1): Promise<"marked"> =>
    compareAndSet(`the sum of ${hour}`, TURNS, async () => {
      const item = await table.get(hourKey(hour));
      const { from, version, pending } = item === undefined ? NOBODY_YET : toHour(item);
      const marked = { version: version + 1, pending: pending + change, ...(from === undefined ? {} : { from }) };
      const condition = item === undefined ? notThere : stillVersion(version);
      return (await table.put({ ...hourKey(hour), ...marked }, condition)) === "moved" ? "moved" : "marked";
    });

  /** @returns whether it was written; not where somebody else has written there since it was read */
  const keep = async (hour: string, from: string, found: Hour | undefined, sum: Aggregate): Promise<boolean> => {
    const { version, pending } = found ?? NOBODY_YET;
    const row = { ...hourKey(hour), version: version + 1, pending, from };
    const condition = found === undefined ? notThere : stillVersion(version);
    if (pending !== 0) return (await table.put(row, condition)) === "written";
    try {
      return (await table.put({ ...row, ...bodyOf(sum) }, condition)) === "written";
    } catch (error) {
      if (!(error instanceof Unstorable)) throw error;
      // Of more tools than one item holds: its rows are read.
      return (await table.put({ ...row, too_large: true }, condition)) === "written";
    }
  };

  /** Adds up the hours from a moment on, one after the other, so that the chain has no hole. */
  const addUp = async (from: string, until: string, known: ReadonlyMap<string, Hour>): Promise<boolean> => {
    const sums = new Map<string, Aggregate>();
    await rows.between(from, until, (page) => {
      for (const [hour, counted] of Map.groupBy(page, ({ at }) => hourOf(at))) {
        sums.set(hour, addedTo(sums.get(hour) ?? emptyAggregate, counted));
      }
    });
    let reached = from;
    for (const [hour, sum] of [...sums].sort()) {
      if (!(await keep(hour, reached, known.get(hour), sum))) return false;
      reached = endOf(hour);
    }
    return true;
  };

  const ofHour = async (hour: string): Promise<Aggregate> => {
    const all = adding();
    await rows.ofHour(hour, all.take);
    return all.read().sum;
  };

  const rowByRow = async (since: string, until: string): Promise<Pick<Summed, "sum" | "counted">> => {
    const all = adding();
    await rows.between(since, until, all.take);
    return all.read();
  };

  return {
    /** Writes an aggregate into an hour that may have been added up, so that no sum stays that lacks it. */
    into: async (at: string, now: string, write: () => Promise<unknown>): Promise<void> => {
      const late = endOf(hourOf(at)) <= now;
      if (late) await mark(hourOf(at), 1);
      await write();
      if (late) await mark(hourOf(at), -1);
    },

    /** Adds up what is over and not added up yet, or is to be added up again. */
    rollUp: async (now: string): Promise<void> => {
      const until = floorHour(instantOf(Date.parse(now) - SETTLED_MS));
      if (until <= rolledUntil) return;
      const since = floorHour(instantOf(Date.parse(now) - LONGEST_WINDOW_MS));
      const found = await hoursBetween(since, until);
      let reached = since;
      for (const { hour, from } of found) {
        if (from === undefined) continue;
        if (from > reached) break;
        reached = endOf(hour);
      }
      const known = new Map(found.map((each) => [each.hour, each]));
      const whole = await addUp(reached, until, known);
      for (const each of found) {
        const { hour, from, sum, pending, item } = each;
        if (from === undefined || startOf(hour) >= reached) continue;
        if (sum === undefined && pending === 0 && item.too_large === undefined) {
          await keep(hour, from, each, await ofHour(hour));
        }
      }
      if (whole) rolledUntil = until;
    },

    /** The sum over a window as it is now, exactly. */
    sumBetween: async (since: string, until: string): Promise<Summed> => {
      const rolled = new Map<string, Aggregate>();
      const looked: string[] = [];
      let reached = since;
      for (const { hour, from, sum } of await hoursBetween(since, until)) {
        if (from !== undefined) {
          if (from > reached) return { ...(await rowByRow(since, until)), rolled: new Set() };
          reached = endOf(hour);
        }
        if (sum !== undefined && startOf(hour) >= since && endOf(hour) <= until) rolled.set(hour, sum);
        else looked.push(hour);
      }
      const all = adding();
      const within: TakesPage = (page) => all.take(page.filter(({ at }) => at >= since && at < until));
      const partly = looked.filter((hour) => startOf(hour) < reached);
      await Promise.all(partly.map((hour) => rows.ofHour(hour, within)));
      if (reached < until) await rows.between(reached, until, all.take);
      const { sum, counted } = all.read();
      return { sum: [...rolled.values()].reduce(addAggregates, sum), counted, rolled: new Set(rolled.keys()) };
    },
  };
};

const NOBODY_YET = { from: undefined, version: 0, pending: 0 } as const;

/** Adds up page after page, and keeps of each row whose it is. */
const adding = () => {
  let sum = emptyAggregate;
  const counted = new Set<string>();
  return {
    take: (page: readonly Counted[]): void => {
      sum = addedTo(sum, page);
      for (const { execution_id } of page) counted.add(execution_id);
    },
    read: (): Pick<Summed, "sum" | "counted"> => ({ sum, counted }),
  };
};
