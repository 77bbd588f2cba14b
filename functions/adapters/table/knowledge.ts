import { type Entry, entry } from "../../../shared/contracts/knowledge/entry.ts";
import type { Knowledge, Place } from "../../../shared/ports/knowledge.ts";
import { notThere } from "./conditions.ts";
import type { Item } from "./item.ts";
import { entriesIn, entryKey, shelfKey } from "./keys/of-knowledge.ts";
import { bodyOf, readableOf, readBody } from "./record.ts";
import type { Table } from "./table.ts";

const numberIn = (item: Item | undefined, name: string): number => {
  const value = item?.[name];
  return typeof value === "number" ? value : 0;
};

/**
 * The count of a place stands beside its entries, not among them. It is changed after each change of an entry, and a
 * caller is answered after that: who was not answered does not know either, and says it again.
 */
export const knowledge = (table: Table): Knowledge => {
  const counted = async (place: Place, entries: number): Promise<void> => {
    await table.update(shelfKey(place), { add: { version: 1, entries } });
  };
  const kept = async (given: Entry): Promise<void> => {
    const item = { ...entryKey(given, given.id), ...bodyOf(given) };
    const isNew = (await table.put(item, notThere)) === "written";
    if (!isNew) await table.put(item);
    await counted(given, isNew ? 1 : 0);
  };
  return {
    version: async (place) => numberIn(await table.get(shelfKey(place)), "version"),
    entries: async (place, page = {}) => readableOf(await table.query(entriesIn(place), page), readEntry),
    get: async (place, id) => {
      const item = await table.get(entryKey(place, id));
      return item && readEntry(item);
    },
    put: async (given, most) => {
      const head = await table.get(shelfKey(given));
      const isFull = numberIn(head, "entries") >= most;
      if (isFull && (await table.get(entryKey(given, given.id))) === undefined) return "full";
      await kept(given);
      return "kept";
    },
    remove: async (place, id) => {
      const key = entryKey(place, id);
      if ((await table.get(key)) === undefined) return false;
      await table.delete(key);
      await counted(place, -1);
      return true;
    },
  };
};

const readEntry = (item: Item): Entry => readBody(entry, item);
