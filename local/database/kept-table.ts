import { SortedItems } from "../../functions/adapters/memory/sorted-items.ts";
import { itemBytes } from "../../functions/adapters/table/item-limits.ts";
import type { Item, Query, Table } from "../../functions/adapters/table/table.ts";

export type KeptTable = Table & {
  /** Lets go of all that is kept, as far as nothing is under way. */
  forget(): void;
};

/** Steps and ledger of an execution of 5,000 steps are some 15 MB. */
const MOST_BYTES = 24 * 2 ** 20;

/** A read or a write that is under way; of a whole partition without `sk`. Spoiled by a write of the same at the same time. */
type Operation = { readonly sk: string | undefined; readonly writes: boolean; spoiled: boolean };

type Partition = {
  readonly items: SortedItems;
  /** Everything that is there is kept, except `unknown`. */
  whole: boolean;
  /** Written, or being written, and not read since. */
  readonly unknown: Set<string>;
  readonly underWay: Set<Operation>;
  bytes: number;
};

/** The cost of knowing of a partition that nothing is in it. */
const PARTITION_BYTES = 400;

/** Keys that a query may have to read one by one, before reading the partition anew is cheaper. */
const MOST_UNKNOWN = 16;

/**
 * A table that this process alone writes to, all through here, so that what it has read it need not read again: an item
 * that was read once is kept until it is written, and so is a partition that was read as a whole, with what is written
 * to it. A pass over an execution of thousands of steps then reads what has changed; the same item is the same object,
 * and whoever keeps what they found in it finds it again. Items are frozen in what they say: nobody may change them.
 *
 * What was read or written while another write of the same key was under way is not kept: which came last is for the
 * database to say. Index reads are not kept. Holds `most_bytes` of items at most, and lets go of the partition that
 * was not asked for longest.
 */
export const keptTable = (table: Table, most_bytes = MOST_BYTES): KeptTable => {
  const partitions = new Map<string, Partition>();
  let bytes = 0;

  /** Now the last one to be let go of. */
  const partitionOf = (pk: string): Partition => {
    const known = partitions.get(pk);
    const partition = known ?? emptyPartition();
    if (known === undefined) weigh(partition, PARTITION_BYTES);
    partitions.delete(pk);
    partitions.set(pk, partition);
    return partition;
  };

  const letGo = (pk: string, partition: Partition): void => {
    if (partition.underWay.size > 0) return;
    bytes -= partition.bytes;
    partitions.delete(pk);
  };

  const makeRoom = (): void => {
    for (const [pk, partition] of partitions) {
      if (bytes <= most_bytes) return;
      letGo(pk, partition);
    }
  };

  const drop = (partition: Partition, pk: string, sk: string): boolean => {
    const item = partition.items.get(pk, sk);
    if (item === undefined) return false;
    partition.items.delete(pk, sk);
    weigh(partition, -itemBytes(item));
    return true;
  };

  const keep = (partition: Partition, item: Item): void => {
    partition.items.put(item.pk, item.sk, item);
    weigh(partition, itemBytes(item));
  };

  const weigh = (partition: Partition, more: number): void => {
    partition.bytes += more;
    bytes += more;
  };

  const begin = (partition: Partition, sk: string | undefined, writes: boolean): Operation => {
    const operation: Operation = { sk, writes, spoiled: false };
    for (const other of partition.underWay) {
      if (sk !== undefined && other.sk !== undefined && other.sk !== sk) continue;
      if (writes) other.spoiled = true;
      if (other.writes) operation.spoiled = true;
    }
    partition.underWay.add(operation);
    return operation;
  };

  /** `alone` says whether nothing was written meanwhile that it may not know of. */
  const under = async <Value>(
    pk: string,
    what: Pick<Operation, "sk" | "writes">,
    work: () => Promise<Value>,
    then: (partition: Partition, value: Value, alone: boolean) => void,
  ): Promise<Value> => {
    const partition = partitionOf(pk);
    const operation = begin(partition, what.sk, what.writes);
    try {
      const value = await work();
      then(partition, value, !operation.spoiled);
      return value;
    } finally {
      partition.underWay.delete(operation);
      if (partition.bytes === PARTITION_BYTES && !partition.whole) letGo(pk, partition);
      makeRoom();
    }
  };

  const readOne = (pk: string, sk: string): Promise<Item | undefined> =>
    under(
      pk,
      { sk, writes: false },
      () => table.get({ pk, sk }),
      (partition, item, alone) => {
        if (!alone) return;
        partition.unknown.delete(sk);
        drop(partition, pk, sk);
        if (item !== undefined) keep(partition, item);
      },
    );

  const readWhole = (pk: string, query: Query): Promise<readonly Item[]> =>
    under(
      pk,
      { sk: undefined, writes: false },
      () => table.query(pk, query),
      (partition, items, alone) => {
        if (!alone || items.reduce((sum, item) => sum + itemBytes(item), 0) > most_bytes / 2) return;
        for (const { sk } of partition.items.query(pk, {})) drop(partition, pk, sk);
        for (const item of items) keep(partition, item);
        partition.unknown.clear();
        partition.whole = true;
      },
    );

  /** `stands` tells from the outcome what stands there now; undefined where that is not known. */
  const write = <Outcome>(
    { pk, sk }: Pick<Item, "pk" | "sk">,
    send: () => Promise<Outcome>,
    stands: (outcome: Outcome) => { readonly item: Item | undefined } | undefined,
  ): Promise<Outcome> => {
    const partition = partitionOf(pk);
    const wasKept = drop(partition, pk, sk) || partition.whole;
    if (partition.whole) partition.unknown.add(sk);
    return under(pk, { sk, writes: true }, send, (_, outcome, alone) => {
      const known = stands(outcome);
      if (known === undefined || !alone || !wasKept) return;
      partition.unknown.delete(sk);
      if (known.item !== undefined) keep(partition, known.item);
    });
  };

  const keptOf = (pk: string, sk: string): { readonly item: Item | undefined } | undefined => {
    const partition = partitions.get(pk);
    if (partition === undefined) return undefined;
    const item = partitionOf(pk).items.get(pk, sk);
    return item !== undefined || (partition.whole && !partition.unknown.has(sk)) ? { item } : undefined;
  };

  const get = async (pk: string, sk: string): Promise<Item | undefined> => {
    const kept = keptOf(pk, sk);
    return kept === undefined ? readOne(pk, sk) : kept.item;
  };

  const isKeptWhole = async (pk: string): Promise<boolean> => {
    const partition = partitions.get(pk);
    if (partition?.whole !== true || partition.unknown.size > MOST_UNKNOWN) return false;
    await Promise.all([...partition.unknown].map((sk) => get(pk, sk)));
    return partitions.get(pk) === partition && partition.unknown.size === 0;
  };

  return {
    forget: () => {
      for (const [pk, partition] of partitions) letGo(pk, partition);
    },
    get: ({ pk, sk }) => get(pk, sk),
    getMany: async (keys) => {
      const unique = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()];
      const looked = unique.map((key) => ({ key, kept: keptOf(key.pk, key.sk) }));
      const others = looked.filter(({ kept }) => kept === undefined).map(({ key }) => key);
      const read = others.length === 0 ? [] : await table.getMany(others);
      return [...looked.flatMap(({ kept }) => kept?.item ?? []), ...read];
    },
    put: (item, condition) => {
      const copy = { ...item };
      return write(
        copy,
        () => table.put(copy, condition),
        (outcome) => (outcome === "written" ? { item: copy } : undefined),
      );
    },
    update: (key, change, condition) =>
      write(
        key,
        () => table.update(key, change, condition),
        (outcome) => (outcome === "moved" ? undefined : { item: outcome }),
      ),
    delete: (key, condition) =>
      write(
        key,
        () => table.delete(key, condition),
        (outcome) => (outcome === "deleted" ? { item: undefined } : undefined),
      ),
    query: async (pk, query = {}) => {
      if (await isKeptWhole(pk)) return partitionOf(pk).items.query(pk, query);
      const everything = query.prefix === undefined && query.after === undefined && query.limit === undefined;
      return everything ? readWhole(pk, query) : table.query(pk, query);
    },
    queryIndex: (pk, query) => table.queryIndex(pk, query),
  };
};

const emptyPartition = (): Partition => ({
  items: new SortedItems(),
  whole: false,
  unknown: new Set(),
  underWay: new Set(),
  bytes: 0,
});
