import type { Rows } from "../../functions/adapters/memory/operations.ts";
import { SortedItems } from "../../functions/adapters/memory/sorted-items.ts";
import type { Item } from "../../functions/adapters/table/item.ts";
import { itemBytes } from "../../functions/adapters/table/item-limits.ts";
import type { Query } from "../../functions/adapters/table/table.ts";

export type KeptRows = Rows & {
  /** Lets go of all that is kept: nothing happens, or what was written was taken back. */
  forget(): void;
};

/** Steps and ledger of an execution of 5,000 steps are some 15 MB. */
const MOST_BYTES = 24 * 2 ** 20;

/**
 * So many items are read where some of a partition are asked for and nothing is known of it: most are smaller, and what is
 * asked of those from then on is answered without reading.
 */
const SMALL = 64;

/** The cost of knowing of a partition that nothing is in it. */
const PARTITION_BYTES = 400;

type Partition = {
  readonly items: SortedItems;
  /** Everything that is there is kept. */
  whole: boolean;
  /** It has more items than are read on the chance that they are all. */
  large: boolean;
  bytes: number;
};

/**
 * Rows of which this process is the only writer, all through here, so that what it has read or written it need not read
 * again. A pass over an execution of thousands of steps then reads what has changed; the same item is the same object,
 * and who keeps what was found in it finds it again. Nobody may change an item.
 *
 * What the index says is not kept. Holds `most_bytes` of items at most, and lets go of the partition that was not asked
 * for longest.
 */
export const keptRows = (rows: Rows, most_bytes = MOST_BYTES): KeptRows => {
  const partitions = new Map<string, Partition>();
  let bytes = 0;

  /** Now the last one to be let go of. */
  const partitionOf = (pk: string): Partition => {
    const partition = partitions.get(pk) ?? emptyPartition();
    partitions.delete(pk);
    partitions.set(pk, partition);
    return partition;
  };

  const weigh = (partition: Partition, more: number): void => {
    partition.bytes += more;
    bytes += more;
  };

  const makeRoom = (): void => {
    for (const [pk, partition] of partitions) {
      if (bytes <= most_bytes) return;
      bytes -= partition.bytes;
      partitions.delete(pk);
    }
  };

  const drop = (partition: Partition, { pk, sk }: Pick<Item, "pk" | "sk">): void => {
    const item = partition.items.get(pk, sk);
    if (item === undefined) return;
    partition.items.delete(pk, sk);
    weigh(partition, -itemBytes(item));
  };

  const keep = (partition: Partition, item: Item): void => {
    drop(partition, item);
    if (partition.bytes === 0) weigh(partition, PARTITION_BYTES);
    partition.items.put(item.pk, item.sk, item);
    weigh(partition, itemBytes(item));
    makeRoom();
  };

  const keepWhole = (pk: string, items: readonly Item[]): void => {
    if (items.reduce((sum, item) => sum + itemBytes(item), 0) > most_bytes / 2) return;
    const partition = partitionOf(pk);
    if (partition.bytes === 0) weigh(partition, PARTITION_BYTES);
    partition.whole = true;
    for (const item of items) if (partition.items.get(pk, item.sk) === undefined) keep(partition, item);
  };

  const read = (pk: string, query: Query): Item[] => {
    const known = partitions.get(pk);
    return rows.query(pk, query).map((item) => known?.items.get(pk, item.sk) ?? item);
  };

  /** Reads a partition of which nothing is known, as far as it is small. @returns whether all of it is kept now */
  const isSmall = (pk: string): boolean => {
    if (partitions.get(pk)?.large === true) return false;
    const items = read(pk, { limit: SMALL + 1 });
    if (items.length <= SMALL) keepWhole(pk, items);
    const partition = partitionOf(pk);
    if (partition.whole) return true;
    partition.large = true;
    if (partition.bytes === 0) weigh(partition, PARTITION_BYTES);
    makeRoom();
    return false;
  };

  const readAll = (pk: string, query: Query): readonly Item[] => {
    const items = read(pk, query);
    keepWhole(pk, items);
    return items;
  };

  return {
    forget: () => {
      partitions.clear();
      bytes = 0;
    },
    get: (key) => {
      const known = partitions.get(key.pk) && partitionOf(key.pk);
      const kept = known?.items.get(key.pk, key.sk);
      if (kept !== undefined || known?.whole === true) return kept;
      const item = rows.get(key);
      if (item !== undefined) keep(partitionOf(key.pk), item);
      return item;
    },
    put: (item, before) => {
      rows.put(item, before);
      keep(partitionOf(item.pk), item);
    },
    delete: (item) => {
      rows.delete(item);
      const known = partitions.get(item.pk);
      if (known !== undefined) drop(known, item);
    },
    query: (pk, query) => {
      if (partitions.get(pk)?.whole === true) return partitionOf(pk).items.query(pk, query);
      if (query.prefix === undefined && query.after === undefined && query.limit === undefined)
        return readAll(pk, query);
      return isSmall(pk) ? partitionOf(pk).items.query(pk, query) : read(pk, query);
    },
    queryIndex: (gsi1pk, query) => rows.queryIndex(gsi1pk, query),
  };
};

const emptyPartition = (): Partition => ({ items: new SortedItems(), whole: false, large: false, bytes: 0 });
