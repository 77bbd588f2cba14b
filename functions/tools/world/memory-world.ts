import type { StoredRecord } from "./stored-record.ts";
import { type RecordStore, worldOver } from "./stored-world.ts";
import type { World } from "./world.ts";

/** A world in this process's memory: for tests, and for trying a tool out. */
export const memoryWorld = (): World => worldOver(memoryStore());

const memoryStore = (): RecordStore => {
  const collections = new Map<string, Map<string, StoredRecord>>();
  const of = (collection: string): Map<string, StoredRecord> => {
    const known = collections.get(collection) ?? new Map<string, StoredRecord>();
    collections.set(collection, known);
    return known;
  };
  return {
    get: async (collection, id) => structuredClone(of(collection).get(id)),
    list: async (collection, prefix) =>
      [...of(collection)]
        .filter(([id]) => id.startsWith(prefix))
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([id, stored]) => ({ id, stored: structuredClone(stored) })),
    put: async (collection, id, stored, expectedVersion) => {
      if ((of(collection).get(id)?.version ?? 0) !== expectedVersion) return "moved";
      of(collection).set(id, structuredClone(stored));
      return "written";
    },
  };
};
