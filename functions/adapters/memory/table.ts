import type { Item } from "../table/item.ts";
import type { Table } from "../table/table.ts";
import { operationsOver, type Rows } from "./operations.ts";
import { SortedItems } from "./sorted-items.ts";

/**
 * The table in memory: for tests and simulations. Every operation happens at once, in the order it was called, so a run
 * is as deterministic as its callers.
 */
export const memoryTable = (): Table => {
  const does = operationsOver(memoryRows());
  return {
    get: async (key) => does.get(key),
    getMany: async (keys) => does.getMany(keys),
    put: async (item, condition) => does.put(item, condition),
    update: async (key, change, condition) => does.update(key, change, condition),
    delete: async (key, condition) => does.delete(key, condition),
    query: async (pk, query) => does.query(pk, query),
    queryIndex: async (gsi1pk, query) => does.queryIndex(gsi1pk, query),
  };
};

export const memoryRows = (): Rows => {
  const items = new SortedItems();
  const index = new SortedItems();
  const unindex = (item: Item | undefined): void => {
    const place = item && placeInIndex(item);
    if (place !== undefined) index.delete(...place);
  };
  return {
    get: ({ pk, sk }) => items.get(pk, sk),
    put: (item, before) => {
      unindex(before);
      items.put(item.pk, item.sk, item);
      const place = placeInIndex(item);
      if (place !== undefined) index.put(...place, item);
    },
    delete: (item) => {
      unindex(item);
      items.delete(item.pk, item.sk);
    },
    query: (pk, query) => items.query(pk, query),
    queryIndex: (gsi1pk, query) => index.query(gsi1pk, query),
  };
};

/** Index sort keys are unique in their partition, which the table's users promise. */
const placeInIndex = ({ gsi1pk, gsi1sk }: Item): [string, string] | undefined =>
  typeof gsi1pk === "string" && typeof gsi1sk === "string" ? [gsi1pk, gsi1sk] : undefined;
