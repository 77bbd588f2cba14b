import { tally } from "../../../shared/feedback/tally.ts";
import type { Tallies } from "../../../shared/ports/learning.ts";
import { notThere } from "./conditions.ts";
import { tallyMonth, tallyPlaceKey } from "./keys.ts";
import { bodyOf, instant, readBody } from "./record.ts";
import type { Table } from "./table.ts";

/** An execution that ends again (a roll back later) replaces its tally where it first stood. */
export const tallies = (table: Table): Tallies => ({
  put: async (execution_id, ended_at, added) => {
    const at = await placeOf(table, execution_id, instant(ended_at));
    await table.put({ pk: tallyMonth(at), sk: `${at}#${execution_id}`, ...bodyOf(added) });
  },
  between: async (since, until, options) => {
    const [from, to] = [instant(since), instant(until)];
    const months = await Promise.all(monthsBetween(from, to).map((pk) => table.query(pk, { after: from })));
    return months
      .flat()
      .filter(({ sk }) => sk < to && (options === undefined || !sk.endsWith(`#${options.except}`)))
      .map((item) => readBody(tally, item));
  },
});

/** The moment under which the execution's tally was put first. */
const placeOf = async (table: Table, execution_id: string, at: string): Promise<string> => {
  const key = tallyPlaceKey(execution_id);
  if ((await table.put({ ...key, at }, notThere)) === "written") return at;
  return String((await table.get(key))?.at ?? at);
};

/** Partitions of every month from that of `from` to that of `to`. */
const monthsBetween = (from: string, to: string): string[] => {
  const month = new Date(`${from.slice(0, 7)}-01T00:00:00.000Z`);
  const partitions: string[] = [];
  while (month.toISOString() < to) {
    partitions.push(tallyMonth(month.toISOString()));
    month.setUTCMonth(month.getUTCMonth() + 1);
  }
  return partitions;
};
