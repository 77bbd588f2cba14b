import type { Page } from "../../../shared/ports/executions.ts";
import { InvalidPageToken } from "../../../shared/ports/page-token.ts";
import { compareUtf8 } from "./compare-utf8.ts";
import type { Item } from "./item.ts";
import { itemBytes } from "./item-limits.ts";

/** Reads one sorted partition on from a sort key. */
export type Source = (after: string | undefined, limit: number) => Promise<readonly Item[]>;

export type MergeOptions = {
  readonly sortKey: "sk" | "gsi1sk";
  readonly descending?: boolean;
  readonly after?: string | undefined;
  /** Items read from a partition at a time. */
  readonly chunk: number;
};

type Cursor = { items: readonly Item[]; at: number; readonly source: Source };

/** The items of several sorted partitions as one sorted sequence, read as far as it is asked for. */
export async function* merged(sources: readonly Source[], options: MergeOptions): AsyncGenerator<Item, void> {
  const keyOf = (item: Item): string => String(item[options.sortKey]);
  const cursors: Cursor[] = await Promise.all(
    sources.map(async (source) => ({ items: await source(options.after, options.chunk), at: 0, source })),
  );
  for (;;) {
    const first = firstOf(cursors, keyOf, options.descending ?? false);
    if (first === undefined) return;
    yield first.item;
    const { cursor } = first;
    cursor.at += 1;
    if (cursor.at === cursor.items.length && cursor.items.length === options.chunk) {
      cursor.items = await cursor.source(keyOf(first.item), options.chunk);
      cursor.at = 0;
    }
  }
}

const firstOf = (
  cursors: readonly Cursor[],
  keyOf: (item: Item) => string,
  descending: boolean,
): { cursor: Cursor; item: Item } | undefined => {
  let first: { cursor: Cursor; item: Item } | undefined;
  for (const cursor of cursors) {
    const item = cursor.items[cursor.at];
    if (item === undefined) continue;
    const order = first === undefined ? -1 : compareUtf8(keyOf(item), keyOf(first.item)) * (descending ? -1 : 1);
    if (order < 0) first = { cursor, item };
  }
  return first;
};

/**
 * Of a page's items together: an answer may have 4 MiB, in which an item comes out no more than about half as long
 * again. Items hold up to 400 KB, so that a page of a hundred would not fit.
 */
const MAX_PAGE_BYTES = 2_097_152;

/** One page of the merged sequence: at most `limit` items and MAX_PAGE_BYTES, but one. @throws InvalidPageToken */
export const mergedPage = async (
  sources: readonly Source[],
  options: { sortKey: "sk" | "gsi1sk"; descending?: boolean; limit: number; next: string | null },
): Promise<Page<Item>> => {
  const { sortKey, descending = false, limit, next } = options;
  if (limit < 1) throw new RangeError("a page has at least one item");
  const items: Item[] = [];
  const after = next === null ? undefined : fromToken(next);
  let bytes = 0;
  for await (const item of merged(sources, { sortKey, descending, after, chunk: limit + 1 })) {
    const last = items.at(-1);
    bytes += itemBytes(item);
    if (last !== undefined && (items.length === limit || bytes > MAX_PAGE_BYTES)) {
      return { items, next: toToken(String(last[sortKey])) };
    }
    items.push(item);
  }
  return { items, next: null };
};

const toToken = (sortKey: string): string => Buffer.from(sortKey).toString("base64url");

const fromToken = (token: string): string => {
  const sortKey = Buffer.from(token, "base64url").toString();
  if (sortKey === "" || toToken(sortKey) !== token) throw new InvalidPageToken(token);
  return sortKey;
};
