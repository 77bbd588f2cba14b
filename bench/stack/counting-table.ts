import type { Item, Key } from "../../functions/adapters/table/item.ts";
import { itemBytes } from "../../functions/adapters/table/item-limits.ts";
import type { Table } from "../../functions/adapters/table/table.ts";

export type Counts = {
  /** Requests that write one item, refused ones too, and requests that read. */
  readonly writes: number;
  readonly reads: number;
  /** Their price in DynamoDB's units: KB written, in the index once more, and 4 KB read. */
  readonly write_units: number;
  readonly read_units: number;
};
export type CountingTable = Table & {
  /** By the first word of the partition key, since the last `reset`. */
  readonly byFamily: ReadonlyMap<string, Counts>;
  total(): Counts;
  /** Bytes that the table holds more than at the last `reset`, as DynamoDB counts them, in the index once more. */
  stored(): number;
  reset(): void;
};

const NONE: Counts = { writes: 0, reads: 0, write_units: 0, read_units: 0 };

export const sumOf = (all: Iterable<Counts>): Counts =>
  [...all].reduce(
    (sum, counts) => ({
      writes: sum.writes + counts.writes,
      reads: sum.reads + counts.reads,
      write_units: sum.write_units + counts.write_units,
      read_units: sum.read_units + counts.read_units,
    }),
    NONE,
  );

/** The mark of its writer that every item carries in the database: its name and about so much text. */
const MARK_BYTES = 20;
const bytesOf = (item: Item | undefined): number => (item === undefined ? 0 : itemBytes(item) + MARK_BYTES);
const kilobytes = (bytes: number): number => Math.max(1, Math.ceil(bytes / 1_024));
const fourKilobytes = (bytes: number): number => Math.max(1, Math.ceil(bytes / 4_096));

/** A write takes the larger of what stood there and what stands there now; the index takes it once more, or twice. */
const writeUnits = (before: Item | undefined, after: Item | undefined): number => {
  const [old, now] = [bytesOf(before), bytesOf(after)];
  return kilobytes(Math.max(old, now)) + indexUnits(before, after);
};

/** DynamoDB adds this to each item, and to each that the index holds. */
const STORED_WITH_EACH = 100;
const storedOf = (item: Item | undefined): number => {
  if (item === undefined) return 0;
  return (bytesOf(item) + STORED_WITH_EACH) * (placeOf(item) === undefined ? 1 : 2);
};

const placeOf = (item: Item | undefined): string | undefined =>
  item?.gsi1pk === undefined ? undefined : JSON.stringify([item.gsi1pk, item.gsi1sk]);

const indexUnits = (before: Item | undefined, after: Item | undefined): number => {
  const [from, to] = [placeOf(before), placeOf(after)];
  if (from === to) return from === undefined ? 0 : kilobytes(Math.max(bytesOf(before), bytesOf(after)));
  return (from === undefined ? 0 : kilobytes(bytesOf(before))) + (to === undefined ? 0 : kilobytes(bytesOf(after)));
};

/**
 * A table in memory that counts requests and what DynamoDB would charge for them. The sandbox's own rows (`WORLD`) are
 * the outside world, and not counted. The item before a write is looked up in the same turn, so nothing comes between.
 */
export const countingTable = (table: Table): CountingTable => {
  const byFamily = new Map<string, Counts>();
  const count = (pk: string, counts: Partial<Counts>): void => {
    const family = pk.split("#")[0] ?? pk;
    if (family !== "WORLD") byFamily.set(family, sumOf([byFamily.get(family) ?? NONE, { ...NONE, ...counts }]));
  };
  let stored = 0;
  const written = (key: Key, before: Item | undefined, after: Item | undefined): void => {
    if (!key.pk.startsWith("WORLD#")) stored += storedOf(after) - storedOf(before);
    count(key.pk, { writes: 1, write_units: writeUnits(before, after) });
  };
  /** A refused write changes nothing, and costs what stands there. */
  const refused = (key: Key, before: Item | undefined): void =>
    count(key.pk, { writes: 1, write_units: kilobytes(bytesOf(before)) });
  const read = (pk: string, items: readonly Item[], share = 1): void => {
    const bytes = items.reduce((sum, item) => sum + bytesOf(item), 0);
    count(pk, { reads: 1, read_units: fourKilobytes(bytes) * share });
  };
  return {
    byFamily,
    total: () => sumOf(byFamily.values()),
    stored: () => stored,
    reset: () => {
      byFamily.clear();
      stored = 0;
    },
    get: async (key) => {
      const item = await table.get(key);
      read(key.pk, item === undefined ? [] : [item]);
      return item;
    },
    getMany: async (keys) => {
      const items = await table.getMany(keys);
      for (const { pk, sk } of keys)
        read(
          pk,
          items.filter((item) => item.pk === pk && item.sk === sk),
        );
      return items;
    },
    put: async (item, condition) => {
      const [before, outcome] = await Promise.all([table.get(item), table.put(item, condition)]);
      if (outcome === "moved") refused(item, before);
      else written(item, before, item);
      return outcome;
    },
    update: async (key, change, condition) => {
      const [before, outcome] = await Promise.all([table.get(key), table.update(key, change, condition)]);
      if (outcome === "moved") refused(key, before);
      else written(key, before, outcome);
      return outcome;
    },
    delete: async (key, condition) => {
      const [before, outcome] = await Promise.all([table.get(key), table.delete(key, condition)]);
      if (outcome === "moved") refused(key, before);
      else written(key, before, undefined);
      return outcome;
    },
    query: async (pk, query) => {
      const items = await table.query(pk, query);
      read(pk, items);
      return items;
    },
    // The index is not read consistently, at half the price.
    queryIndex: async (pk, query) => {
      const items = await table.queryIndex(pk, query);
      read(pk, items, 0.5);
      return items;
    },
  };
};
