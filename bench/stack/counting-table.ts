import type { Key, Table } from "../../functions/adapters/table/table.ts";

export type Counts = { writes: number; reads: number };
export type CountingTable = Table & {
  /** By the first word of the partition key, since the last `reset`. */
  readonly byFamily: ReadonlyMap<string, Counts>;
  total(): Counts;
  reset(): void;
};

/** A table that counts requests. The sandbox's own rows (`WORLD`) are the outside world, and not counted. */
export const countingTable = (table: Table): CountingTable => {
  const byFamily = new Map<string, Counts>();
  const count = (pk: string, what: keyof Counts): void => {
    const family = pk.split("#")[0] ?? pk;
    if (family === "WORLD") return;
    const counts = byFamily.get(family) ?? { writes: 0, reads: 0 };
    counts[what] += 1;
    byFamily.set(family, counts);
  };
  const writes = (key: Key): void => count(key.pk, "writes");
  const reads = (pk: string): void => count(pk, "reads");
  return {
    byFamily,
    total: () => {
      const all = [...byFamily.values()];
      return {
        writes: all.reduce((sum, counts) => sum + counts.writes, 0),
        reads: all.reduce((sum, counts) => sum + counts.reads, 0),
      };
    },
    reset: () => byFamily.clear(),
    get: (key) => {
      reads(key.pk);
      return table.get(key);
    },
    getMany: (keys) => {
      for (const { pk } of keys) reads(pk);
      return table.getMany(keys);
    },
    put: (item, condition) => {
      writes(item);
      return table.put(item, condition);
    },
    update: (key, change, condition) => {
      writes(key);
      return table.update(key, change, condition);
    },
    delete: (key, condition) => {
      writes(key);
      return table.delete(key, condition);
    },
    query: (pk, query) => {
      reads(pk);
      return table.query(pk, query);
    },
    queryIndex: (pk, query) => {
      reads(pk);
      return table.queryIndex(pk, query);
    },
  };
};
