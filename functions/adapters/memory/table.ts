import type { Condition } from "../table/conditions.ts";
import { checkChange, checkItem } from "../table/item-limits.ts";
import { type Change, InvalidItem, type Item, type Key, type Scalar, type Table } from "../table/table.ts";
import { holds } from "./evaluate.ts";
import { SortedItems } from "./sorted-items.ts";

/**
 * The table in memory: for tests and simulations. Every operation happens at once, in the order it was called, so a run
 * is as deterministic as its callers; the index never lags.
 */
export const memoryTable = (): Table => {
  const items = new SortedItems();
  const index = new SortedItems();

  const unindex = (item: Item | undefined): void => {
    const place = item && placeInIndex(item);
    if (place !== undefined) index.delete(...place);
  };

  const store = (item: Item): void => {
    unindex(items.get(item.pk, item.sk));
    items.put(item.pk, item.sk, item);
    const place = placeInIndex(item);
    if (place !== undefined) index.put(...place, item);
  };

  const refuses = (key: Key, condition: Condition | undefined): boolean =>
    condition !== undefined && !holds(condition, items.get(key.pk, key.sk));

  return {
    get: async ({ pk, sk }) => items.get(pk, sk),
    getMany: async (keys) => [...new Set(keys.flatMap(({ pk, sk }) => items.get(pk, sk) ?? []))],
    put: async (item, condition) => {
      const copy = { ...item };
      checkItem(copy);
      if (refuses(copy, condition)) return "moved";
      store(copy);
      return "written";
    },
    update: async (key, change, condition) => {
      checkChange(key, change);
      if (refuses(key, condition)) return "moved";
      const item = changed(items.get(key.pk, key.sk) ?? { pk: key.pk, sk: key.sk }, change);
      checkItem(item);
      store(item);
      return item;
    },
    delete: async (key, condition) => {
      if (refuses(key, condition)) return "moved";
      unindex(items.get(key.pk, key.sk));
      items.delete(key.pk, key.sk);
      return "deleted";
    },
    query: async (pk, query = {}) => items.query(pk, query),
    queryIndex: async (gsi1pk, query = {}) => index.query(gsi1pk, query),
  };
};

/** Index sort keys are unique in their partition, which the table's users promise. */
const placeInIndex = ({ gsi1pk, gsi1sk }: Item): [string, string] | undefined =>
  typeof gsi1pk === "string" && typeof gsi1sk === "string" ? [gsi1pk, gsi1sk] : undefined;

const changed = (before: Item, { set = {}, add = {}, remove = [] }: Change): Item => {
  const gone = new Set(remove);
  const kept = Object.entries(before).filter(([name]) => !gone.has(name));
  const sums = Object.entries(add).map(([name, number]): [string, Scalar] => {
    const stands = before[name] ?? 0;
    if (typeof stands !== "number") throw new InvalidItem(before, `${name} is no number to add to`);
    return [name, stands + number];
  });
  return { ...Object.fromEntries([...kept, ...Object.entries(set), ...sums]), pk: before.pk, sk: before.sk };
};
