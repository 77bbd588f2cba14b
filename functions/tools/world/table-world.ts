import { RecordDamaged } from "../../../shared/ports/damaged.ts";
import { type StoredRecord, storedRecord } from "./stored-record.ts";
import { type RecordSource, readerOver, worldOver } from "./stored-world.ts";
import type { World, WorldReader, Written } from "./world.ts";

/** The part of a key-value table that the sandbox reads by. Reads are strongly consistent. */
export interface WorldSource {
  /** @throws RecordDamaged */
  get(pk: string, sk: string): Promise<unknown>;
  /** All items of a partition whose sort key begins with `prefix` that can be read, in the order of the sort key. */
  list(pk: string, prefix: string): Promise<{ sk: string; item: unknown }[]>;
}

/** And to be written. */
export interface WorldTable extends WorldSource {
  /** Puts the item if the version that stands there is `expectedVersion` (0: there is no item). @throws ToolFailure when it is too large */
  put(pk: string, sk: string, item: StoredRecord, expectedVersion: number): Promise<Written>;
}

/** First word of the sandbox's partition keys: functions of DRY_RUN may read them, those of LIVE write them. */
export const WORLD_LEADING = "WORLD#";
const partitionOf = (collection: string): string => `${WORLD_LEADING}${collection}`;

/** Longest sort key of DynamoDB, in bytes. */
const MAX_ID_BYTES = 1_024;

/** Ids come from arguments: one that no record can have names no record, rather than failing the read. */
const isPossible = (id: string): boolean => id.isWellFormed() && Buffer.byteLength(id) <= MAX_ID_BYTES;

const sourceOver = (table: WorldSource): RecordSource => ({
  get: async (collection, id) => {
    const pk = partitionOf(collection);
    const item = id !== "" && isPossible(id) ? await table.get(pk, id) : undefined;
    if (item === undefined) return undefined;
    const read = storedRecord.safeParse(item);
    if (!read.success) throw new RecordDamaged(`${pk} / ${id}`, read.error);
    return read.data;
  },
  list: async (collection, prefix) => {
    const items = isPossible(prefix) ? await table.list(partitionOf(collection), prefix) : [];
    return items.flatMap(({ sk, item }) => {
      const read = storedRecord.safeParse(item);
      return read.success ? [{ id: sk, stored: read.data }] : [];
    });
  },
});

/** For functions that preview: they need no right to write the table. */
export const tableWorldReader = (table: WorldSource): WorldReader => readerOver(sourceOver(table));

/** The sandbox of a deployment, or of one machine across restarts. */
export const tableWorld = (table: WorldTable): World =>
  worldOver({
    ...sourceOver(table),
    put: (collection, id, stored, expectedVersion) => table.put(partitionOf(collection), id, stored, expectedVersion),
  });
