import { afterWrite, type StoredRecord, toRecord, toStanding } from "./stored-record.ts";
import type { World, WorldReader, Written } from "./world.ts";

/** Where records are kept, for reading. Reads are strongly consistent. */
export interface RecordSource {
  get(collection: string, id: string): Promise<StoredRecord | undefined>;
  /** By id, whole, including removed records. */
  list(collection: string, prefix: string): Promise<{ id: string; stored: StoredRecord }[]>;
}

/** Where records are kept. */
export interface RecordStore extends RecordSource {
  /** Stores it if the version that stands there is `expectedVersion` (0: nothing stands there). */
  put(collection: string, id: string, stored: StoredRecord, expectedVersion: number): Promise<Written>;
}

export const readerOver = (source: RecordSource): WorldReader => ({
  read: async (collection, id) => {
    const stored = await source.get(collection, id);
    return stored && toRecord(collection, id, stored);
  },
  list: async (collection, query = {}) => {
    const all = await source.list(collection, query.prefix ?? "");
    return all.flatMap(({ id, stored }) => toRecord(collection, id, stored) ?? []);
  },
});

export const worldOver = (store: RecordStore): World => {
  const put = async (
    ...[collection, id, value, expectedVersion, author]: Parameters<World["write"]> | RemovalParameters
  ): Promise<Written> => {
    const before = await store.get(collection, id);
    if ((before?.version ?? 0) !== expectedVersion) return "moved";
    return store.put(collection, id, afterWrite(before, value, author), expectedVersion);
  };
  return {
    ...readerOver(store),
    standing: async (collection, id, call) => toStanding(collection, id, await store.get(collection, id), call),
    write: put,
    remove: (collection, id, expectedVersion, author) => put(collection, id, null, expectedVersion, author),
  };
};

type RemovalParameters = [string, string, null, number, Parameters<World["write"]>[4]];
