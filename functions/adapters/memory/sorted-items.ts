import { compareUtf8 } from "../table/compare-utf8.ts";
import type { Item } from "../table/item.ts";
import type { Query } from "../table/table.ts";

type Entry = { readonly sortKey: string; readonly item: Item };

/** Partitions of items, each sorted by a key, as both the table and its index are. */
export class SortedItems {
  readonly #partitions = new Map<string, Entry[]>();

  put(partition: string, sortKey: string, item: Item): void {
    const entries = this.#partitions.get(partition) ?? [];
    this.#partitions.set(partition, entries);
    const at = firstFrom(entries, sortKey);
    entries.splice(at, entries[at]?.sortKey === sortKey ? 1 : 0, { sortKey, item });
  }

  get(partition: string, sortKey: string): Item | undefined {
    const entries = this.#partitions.get(partition) ?? [];
    const entry = entries[firstFrom(entries, sortKey)];
    return entry?.sortKey === sortKey ? entry.item : undefined;
  }

  delete(partition: string, sortKey: string): void {
    const entries = this.#partitions.get(partition) ?? [];
    const at = firstFrom(entries, sortKey);
    if (entries[at]?.sortKey === sortKey) entries.splice(at, 1);
    if (entries.length === 0) this.#partitions.delete(partition);
  }

  query(partition: string, { prefix = "", after, limit, descending = false }: Query): Item[] {
    const entries = this.#partitions.get(partition) ?? [];
    const items: Item[] = [];
    const step = descending ? -1 : 1;
    let at = descending ? lastBefore(entries, after, prefix) : firstAfter(entries, after, prefix);
    for (; items.length < (limit ?? entries.length); at += step) {
      const entry = entries[at];
      if (entry === undefined || !entry.sortKey.startsWith(prefix)) break;
      items.push(entry.item);
    }
    return items;
  }
}

/** Place of the first entry whose key is not before `sortKey`. */
const firstFrom = (entries: readonly Entry[], sortKey: string): number => {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const entry = entries[middle];
    if (entry !== undefined && compareUtf8(entry.sortKey, sortKey) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};

const firstAfter = (entries: readonly Entry[], after: string | undefined, prefix: string): number => {
  const at = firstFrom(entries, after ?? prefix);
  return after !== undefined && entries[at]?.sortKey === after ? at + 1 : at;
};

const lastBefore = (entries: readonly Entry[], after: string | undefined, prefix: string): number => {
  if (after !== undefined) return firstFrom(entries, after) - 1;
  let at = firstFrom(entries, prefix);
  if (prefix === "") return entries.length - 1;
  // The end of the prefix: halving again would need the text that follows every text with this prefix.
  while (entries[at]?.sortKey.startsWith(prefix)) at += 1;
  return at - 1;
};
