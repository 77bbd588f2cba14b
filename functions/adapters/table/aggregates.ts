import { type Aggregate, addAggregates, aggregate, emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import type { Aggregates } from "../../../shared/ports/learning.ts";
import { notThere } from "./conditions.ts";
import { aggregateMonth, aggregatePlaceKey } from "./keys.ts";
import { type Counted, recentAggregates } from "./recent-aggregates.ts";
import { bodyOf, instant, milliseconds, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** An execution that ends again (a roll back later) replaces its aggregate where it first stood. */
export const aggregates = (table: Table): Aggregates => {
  const recent = recentAggregates((since, until) => countedBetween(table, instantOf(since), instantOf(until)));

  /** In the window by its own time, whatever has been counted: another process may have put it since. */
  const missing = async (counted: ReadonlySet<string>, execution_id: string, since: number): Promise<Aggregate[]> => {
    const at = counted.has(execution_id) ? undefined : await placeOf(table, execution_id);
    if (at === undefined || milliseconds(at) < since) return [];
    const item = await table.get(aggregateKey(execution_id, at));
    return item === undefined ? [] : [readBody(aggregate, item)];
  };

  return {
    put: async (execution_id, ended_at, added) => {
      const at = await firstPlaceOf(table, execution_id, instant(ended_at));
      await table.put({ ...aggregateKey(execution_id, at), ...bodyOf(added) });
      await recent.added(execution_id, added);
    },

    between: async (since, until, options) => {
      const found = await countedBetween(table, instant(since), instant(until));
      return found.flatMap(([execution_id, each]) => (execution_id === options?.except ? [] : [each]));
    },

    recent: async (window_seconds, now, options = {}) => {
      const at = milliseconds(now);
      const { sum, counted } = await recent.sum(window_seconds, at);
      if (options.except !== undefined && counted.has(options.except)) {
        const others = await countedBetween(table, instantOf(at - window_seconds * 1_000), instantOf(at + 1));
        return others.reduce(
          (all, [id, each]) => (id === options.except ? all : addAggregates(all, each)),
          emptyAggregate,
        );
      }
      if (options.including === undefined) return sum;
      const own = await missing(counted, options.including, at - window_seconds * 1_000);
      return own.reduce(addAggregates, sum);
    },
  };
};

const aggregateKey = (execution_id: string, at: string) => ({ pk: aggregateMonth(at), sk: `${at}#${execution_id}` });

const instantOf = (milliseconds_since_1970: number): string => new Date(milliseconds_since_1970).toISOString();

const countedBetween = async (table: Table, from: string, to: string): Promise<Counted> => {
  const months = await Promise.all(monthsBetween(from, to).map((pk) => table.query(pk, { after: from })));
  return months
    .flat()
    .filter(({ sk }) => sk < to)
    .map((item) => [item.sk.slice(item.sk.indexOf("#") + 1), readBody(aggregate, item)] as const);
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

/** Partitions of every month from that of `from` to that of `to`. */
const monthsBetween = (from: string, to: string): string[] => {
  const month = new Date(`${from.slice(0, 7)}-01T00:00:00.000Z`);
  const partitions: string[] = [];
  while (month.toISOString() < to) {
    partitions.push(aggregateMonth(month.toISOString()));
    month.setUTCMonth(month.getUTCMonth() + 1);
  }
  return partitions;
};
