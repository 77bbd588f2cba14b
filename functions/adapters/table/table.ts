import type { Moved } from "../../../shared/ports/contention.ts";
import type { Condition } from "./conditions.ts";
import type { Item, Key, Scalar } from "./item.ts";

export type Change = {
  readonly set?: { readonly [attribute: string]: Scalar };
  /** Added to the number that is there; to 0 where there is none. */
  readonly add?: { readonly [attribute: string]: number };
  readonly remove?: readonly string[];
};

export type Query = {
  readonly prefix?: string;
  /** Sort key to go on from, exclusive, in the direction of the query. It need not exist, but must have the prefix. */
  readonly after?: string | undefined;
  readonly limit?: number;
  readonly descending?: boolean;
};

/**
 * The operations that the port adapters need of a database, and no more: one table, one index, conditional writes of
 * one item. Both implementations take the same conditions as data; a write whose condition does not hold answers
 * "moved" and changes nothing. Reads are strongly consistent, so that there is one kind of race
 * to think about, not two; only the index lags behind.
 */
export interface Table {
  get(key: Key): Promise<Item | undefined>;
  /** In no particular order; those that do not exist are left out. */
  getMany(keys: readonly Key[]): Promise<readonly Item[]>;
  /** Replaces the item whole. @throws ItemTooLarge, InvalidItem */
  put(item: Item, condition?: Condition): Promise<"written" | Moved>;
  /** Changes the item, creating it where there is none. @returns the item after the change. @throws ItemTooLarge, InvalidItem */
  update(key: Key, change: Change, condition?: Condition): Promise<Item | Moved>;
  delete(key: Key, condition?: Condition): Promise<"deleted" | Moved>;
  /** By sort key in UTF-8 byte order; everything unless a limit is given. */
  query(pk: string, query?: Query): Promise<readonly Item[]>;
  /** Hints: an item may be missing, outdated, or not exist at all. Read the item before acting on it. */
  queryIndex(gsi1pk: string, query?: Omit<Query, "prefix">): Promise<readonly Item[]>;
}
