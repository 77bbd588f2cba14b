import { z } from "zod";
import type { FieldChange } from "../../../shared/execution/approval/preview.ts";
import { type Json, type JsonObject, json } from "../../../shared/plan/json.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import { ownField, sameValue } from "../world/stored-record.ts";
import type { WorldRecord } from "../world/world.ts";
import { changedFields } from "./changes.ts";
import { recordLabel } from "./record-label.ts";
import type { Change, WritingTool } from "./sandbox-tool.ts";

/**
 * The values that compensation needs: per field, what the call wrote and what it goes back to. `existed: false`: the
 * field goes. `back_by`: who wrote what it goes back to, where that is known: put back, it is theirs again.
 */
export const undoData = z.strictObject({
  collection: z.string(),
  id: z.string(),
  fields: z.array(
    z.strictObject({
      field: z.string(),
      ours: json,
      back_to: json,
      existed: z.boolean(),
      back_by: z.string().exactOptional(),
    }),
  ),
});
export type UndoData = z.infer<typeof undoData>;

/** The writer, in words: `exec_1/s2 (agent_1)`. */
export const authorOf = (call: ToolCall): string => `${stepOf(call)} (${call.agent_id})`;
const stepOf = (call: ToolCall): string => `${call.execution_id}/${call.step_id}`;

export const undoOf = (
  tool: WritingTool,
  collection: string,
  id: string,
  current: WorldRecord | undefined,
  change: Change,
): UndoData => ({
  collection,
  id,
  fields:
    tool.undone === undefined
      ? changedFields(current, change.set).map(([field, ours]) => restored(field, ours, current))
      : Object.entries(tool.undone).map(([field, back_to]) => ({
          field,
          ours: ownField(change.set, field) ?? null,
          back_to,
          existed: true,
        })),
});

const restored = (field: string, ours: Json, current: WorldRecord | undefined): UndoData["fields"][number] => {
  const before = ownField(current?.value, field);
  const back_by = ownField(current?.writers, field);
  return {
    field,
    ours,
    back_to: before ?? null,
    existed: before !== undefined,
    ...(before === undefined || back_by === undefined ? {} : { back_by }),
  };
};

/** The writers of the values that are put back, by field. */
export const writersBefore = (ours: UndoData["fields"]): Readonly<Record<string, string>> =>
  Object.fromEntries(ours.flatMap(({ field, back_by }) => (back_by === undefined ? [] : [[field, back_by]])));

/** How the call's fields stand now: still the call's own, back already (in neither list), or somebody else's. */
export type UndoState = {
  readonly ours: UndoData["fields"];
  readonly foreign: readonly { field: string; value: Json; back_to: Json; by: string }[];
};

export const undoStateOf = (call: ToolCall, undo: UndoData, record: WorldRecord | undefined): UndoState => {
  const ours: UndoData["fields"] = [];
  const foreign: UndoState["foreign"][number][] = [];
  for (const field of undo.fields) {
    const value = ownField(record?.value, field.field);
    const by =
      record === undefined
        ? "whoever removed the record"
        : (ownField(record.writers, field.field) ?? "somebody unknown");
    const isOurs = sameValue(value, field.ours) && by.startsWith(`${stepOf(call)} (`);
    if (isOurs) ours.push(field);
    else if (!sameValue(value, field.back_to)) {
      foreign.push({ field: field.field, value: value ?? null, back_to: field.back_to, by });
    }
  }
  return { ours, foreign };
};

/** The record's value with the call's own fields put back. */
export const putBack = (value: JsonObject, ours: UndoData["fields"]): JsonObject => {
  const removed = new Set(ours.filter(({ existed }) => !existed).map(({ field }) => field));
  const back = ours.filter(({ existed }) => existed).map(({ field, back_to }) => [field, back_to] as const);
  return {
    ...Object.fromEntries(Object.entries(value).filter(([field]) => !removed.has(field))),
    ...Object.fromEntries(back),
  };
};

/** Everything between the record and how it stood: what would be put back, and what stands in the way. */
export const undoChanges = (undo: UndoData, state: UndoState): FieldChange[] => {
  const record = recordLabel(undo.collection, undo.id);
  const own = state.ours.map(({ field, ours, back_to }) => ({ record, field, old: ours, new: back_to }));
  return [...own, ...state.foreign.map(({ field, value, back_to }) => ({ record, field, old: value, new: back_to }))];
};

/** Why it is not undone: whose value stands where. */
export const refusalToUndo = (undo: UndoData, state: UndoState): string =>
  `not undone, because somebody else has written since: ${state.foreign
    .map(
      ({ field, value, by }) =>
        `${field} of ${recordLabel(undo.collection, undo.id)} is ${JSON.stringify(value)}, by ${by}`,
    )
    .join("; ")}`;
