import { recordLabel } from "../../functions/tools/kinds/record-label.ts";
import { NEW_ID } from "../../functions/tools/kinds/sandbox-tool.ts";
import { sameValue } from "../../functions/tools/world/stored-record.ts";
import { COLLECTIONS, type WorldReader } from "../../functions/tools/world/world.ts";
import type { FieldChange } from "../../shared/execution/preview.ts";
import type { JsonObject } from "../../shared/plan/json.ts";

export type Snapshot = { [record: string]: JsonObject };

/** Every record of the sandbox with its value, by label. */
export const snapshotOf = async (reader: WorldReader): Promise<Snapshot> => {
  const collections = await Promise.all(Object.values(COLLECTIONS).map((collection) => reader.list(collection)));
  return Object.fromEntries(
    collections.flat().map(({ collection, id, value }) => [`${collection} ${id}`, value] as const),
  );
};

/** What happened between two snapshots, in a preview's words: a record that is new has the id that previews give it. */
export const differenceBetween = (before: Snapshot, after: Snapshot): FieldChange[] =>
  Object.keys({ ...before, ...after }).flatMap((key) => {
    const [collection = "", ...rest] = key.split(" ");
    const id = rest.join(" ");
    const isNew = before[key] === undefined && collection !== COLLECTIONS.journal;
    const named = (value: JsonObject[string]) => (isNew && value === id ? NEW_ID : value);
    return Object.keys({ ...before[key], ...after[key] })
      .sort()
      .filter((field) => !sameValue(before[key]?.[field], after[key]?.[field]))
      .map((field) => ({
        record: recordLabel(collection, isNew ? NEW_ID : id),
        field,
        old: before[key]?.[field] ?? null,
        new: named(after[key]?.[field] ?? null),
      }));
  });
