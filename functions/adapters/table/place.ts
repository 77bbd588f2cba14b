import { notThere } from "./conditions.ts";
import type { Key, Table } from "./table.ts";

/**
 * Remembers under `key` the moment under which a thing is listed. @returns the first that was ever remembered, so that
 * what is told again, at another time, lands where it stood and is not listed twice.
 */
export const placeOf = async (table: Table, key: Key, at: string): Promise<string> => {
  if ((await table.put({ ...key, at }, notThere)) === "written") return at;
  return String((await table.get(key))?.at ?? at);
};
