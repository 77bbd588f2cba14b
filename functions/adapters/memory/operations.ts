import type { Condition } from "../table/conditions.ts";
import { InvalidItem, type Item, type Key, type Scalar } from "../table/item.ts";
import { checkChange, checkItem } from "../table/item-limits.ts";
import type { Change, Query, Table } from "../table/table.ts";
import { holds } from "./evaluate.ts";

/** Where items stand that this process reaches without waiting: in its memory, or in a file of its own. */
export type Rows = {
  get(key: Key): Item | undefined;
  /** Puts the item in the place of `before`, which stands there. */
  put(item: Item, before: Item | undefined): void;
  delete(item: Item): void;
  query(pk: string, query: Query): readonly Item[];
  queryIndex(gsi1pk: string, query: Omit<Query, "prefix">): readonly Item[];
};

/** The operations of a table, each done before it returns. */
export type Operations = {
  readonly [Name in keyof Table]: (...given: Parameters<Table[Name]>) => Awaited<ReturnType<Table[Name]>>;
};

/**
 * The operations of a table, wherever this process alone writes: conditions are evaluated and changes are made here, on
 * the item that stands there, and the rows are told the outcome. The index never lags.
 */
export const operationsOver = (rows: Rows): Operations => {
  const refuses = (before: Item | undefined, condition: Condition | undefined): boolean =>
    condition !== undefined && !holds(condition, before);

  return {
    get: (key) => rows.get(key),
    getMany: (keys) => [...new Set(keys.flatMap((key) => rows.get(key) ?? []))],
    put: (item, condition) => {
      const copy = { ...item };
      checkItem(copy);
      const before = rows.get(copy);
      if (refuses(before, condition)) return "moved";
      rows.put(copy, before);
      return "written";
    },
    update: (key, change, condition) => {
      checkChange(key, change);
      const before = rows.get(key);
      if (refuses(before, condition)) return "moved";
      const item = changed(before ?? { pk: key.pk, sk: key.sk }, change);
      checkItem(item);
      rows.put(item, before);
      return item;
    },
    delete: (key, condition) => {
      const before = rows.get(key);
      if (refuses(before, condition)) return "moved";
      if (before !== undefined) rows.delete(before);
      return "deleted";
    },
    query: (pk, query = {}) => rows.query(pk, query),
    queryIndex: (gsi1pk, query = {}) => rows.queryIndex(gsi1pk, query),
  };
};

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
