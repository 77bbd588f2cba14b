import {
  type Aggregate,
  addAggregates,
  aggregate,
  emptyAggregate,
  unreadAggregate,
} from "../../../shared/feedback/aggregate.ts";
import { monthsBetween } from "../../../shared/plan/instant.ts";
import type { Aggregates } from "../../../shared/ports/learning.ts";
import { notThere } from "./conditions.ts";
import { addedTo, type Counted, hourOf, hours, type TakesPage } from "./hours.ts";
import type { Item } from "./item.ts";
import { aggregateMonth, aggregatePlaceKey } from "./keys/of-measures.ts";
import { recentAggregates } from "./recent-aggregates.ts";
import { bodyOf, eachReadable, instant, milliseconds, readBody } from "./record.ts";
import type { Query, Table } from "./table.ts";

/** A row has some 1.2 KB, and DynamoDB answers with 1 MB at most. */
const PAGE = 500;

/** An execution that ends again (a roll back later) replaces its aggregate where it first stood. */
export const aggregates = (table: Table): Aggregates => {
  const between = (from: string, until: string, take: TakesPage) => eachBetween(table, from, until, take);
  const ofHour = (hour: string, take: TakesPage) =>
    eachPage(table, aggregateMonth(hour), { prefix: hour }, (page) => {
      take(page);
      return true;
    });
  const byHour = hours(table, { between, ofHour });
  const recent = recentAggregates((since, until) => byHour.sumBetween(instantOf(since), instantOf(until)));

  /** Where the execution's aggregate stands, as far as that is within the window. */
  const placeWithin = async (execution_id: string, since: number): Promise<string | undefined> => {
    const at = await placeOf(table, execution_id);
    return at === undefined || milliseconds(at) < since ? undefined : at;
  };

  return {
    put: async (execution_id, ended_at, added, now = ended_at) => {
      const at = await firstPlaceOf(table, execution_id, instant(ended_at));
      await byHour.into(at, instant(now), () => table.put({ ...aggregateKey(execution_id, at), ...bodyOf(added) }));
      await recent.added({ execution_id, at, aggregate: added });
    },

    rollUp: (now) => byHour.rollUp(instant(now)),

    between: async (since, until, options) => {
      const found: Aggregate[] = [];
      await between(instant(since), instant(until), (page) => {
        found.push(...others(page, options?.except).map((each) => each.aggregate));
      });
      return found;
    },

    sumBetween: async (since, until) => (await byHour.sumBetween(instant(since), instant(until))).sum,

    recent: async (window_seconds, now, { except, including } = {}) => {
      const at = milliseconds(now);
      const since = at - window_seconds * 1_000;
      const { sum, counted, rolled } = await recent.sum(window_seconds, at);
      if (except !== undefined) {
        const place = counted.has(except) || rolled.size === 0 ? undefined : await placeWithin(except, since);
        if (!counted.has(except) && (place === undefined || !rolled.has(hourOf(place)))) return sum;
        let rest = emptyAggregate;
        await between(instantOf(since), instantOf(at + 1), (page) => {
          rest = addedTo(rest, others(page, except));
        });
        return rest;
      }
      // In the window by its own time, whatever has been counted: another process may have put it since.
      const place = including === undefined || counted.has(including) ? undefined : await placeWithin(including, since);
      if (including === undefined || place === undefined) return sum;
      if (rolled.has(hourOf(place))) return (await recent.anew(window_seconds, at)).sum;
      const item = await table.get(aggregateKey(including, place));
      return item === undefined ? sum : addAggregates(sum, toCounted(item).aggregate);
    },
  };
};

const aggregateKey = (execution_id: string, at: string) => ({ pk: aggregateMonth(at), sk: `${at}#${execution_id}` });

const instantOf = (milliseconds_since_1970: number): string => new Date(milliseconds_since_1970).toISOString();

/** One that cannot be read is missing among many, and its execution is named in its place: no score would be worse. */
const toCounted = (item: Item): Counted => {
  const mark = item.sk.indexOf("#");
  const [at, execution_id] = [item.sk.slice(0, mark), item.sk.slice(mark + 1)];
  const [read] = eachReadable([item], (each) => readBody(aggregate, each)).items;
  return { execution_id, at, aggregate: read ?? unreadAggregate(execution_id) };
};

const others = (page: readonly Counted[], except: string | undefined): readonly Counted[] =>
  page.filter(({ execution_id }) => execution_id !== except);

/** Rows of a partition in their order, a page at a time, as long as `take` answers that it wants more. */
const eachPage = async (
  table: Table,
  pk: string,
  query: Pick<Query, "prefix" | "after">,
  take: (page: readonly Counted[]) => boolean,
): Promise<void> => {
  for (let after = query.after; ; ) {
    const items = await table.query(pk, { ...query, after, limit: PAGE });
    const last = items.at(-1);
    if (!take(items.map(toCounted)) || last === undefined || items.length < PAGE) return;
    after = last.sk;
  }
};

const eachBetween = async (table: Table, from: string, to: string, take: TakesPage): Promise<void> => {
  for (const month of monthsBetween(from, to)) {
    await eachPage(table, aggregateMonth(month), { after: from }, (page) => {
      const within = page.filter(({ at }) => at < to);
      take(within);
      return within.length === page.length;
    });
  }
};

const placeOf = async (table: Table, execution_id: string): Promise<string | undefined> => {
  const at = (await table.get(aggregatePlaceKey(execution_id)))?.at;
  return at === undefined ? undefined : String(at);
};

/** The moment under which the execution's aggregate was put first. */
const firstPlaceOf = async (table: Table, execution_id: string, at: string): Promise<string> =>
  (await table.put({ ...aggregatePlaceKey(execution_id), at }, notThere)) === "written"
    ? at
    : ((await placeOf(table, execution_id)) ?? at);
