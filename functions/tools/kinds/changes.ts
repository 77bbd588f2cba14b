import type { FieldChange } from "../../../shared/execution/approval/preview.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";
import { ownField, sameValue } from "../world/stored-record.ts";
import type { WorldRecord } from "../world/world.ts";
import { recordLabel } from "./record-label.ts";

/** The fields of `set` that differ from what stands there, by name. A field that is absent counts as null. */
export const changedFields = (current: WorldRecord | undefined, set: JsonObject): [string, Json][] =>
  Object.entries(set)
    .filter(([field, value]) => !sameValue(ownField(current?.value, field), value))
    .sort(([one], [other]) => (one < other ? -1 : 1));

/** The changes that setting `set` would make, for a preview. */
export const changesOf = (
  collection: string,
  id: string,
  current: WorldRecord | undefined,
  set: JsonObject,
): FieldChange[] =>
  changedFields(current, set).map(([field, value]) => ({
    record: recordLabel(collection, id),
    field,
    old: ownField(current?.value, field) ?? null,
    new: value,
  }));

/** `; email was written by e1/s1 (agent_1)`: who wrote the values that would be replaced. Empty when nobody is known. */
export const replacedWriters = (current: WorldRecord | undefined, changes: readonly FieldChange[]): string => {
  const known = changes.flatMap(({ field }) => {
    const by = ownField(current?.writers, field);
    return by === undefined ? [] : [`${field} was written by ${by}`];
  });
  return known.map((words) => `; ${words}`).join("");
};
