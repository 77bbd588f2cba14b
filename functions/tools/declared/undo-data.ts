import { z } from "zod";
import type { Source, Sources } from "../../../shared/contracts/binding/reference.ts";
import { readTemplate } from "../../../shared/contracts/binding/template.ts";
import { type Json, type JsonObject, json, jsonObject } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { MASK } from "../../../shared/plan/mask.ts";
import { type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { changedFields, readTarget } from "./changes.ts";
import { type Acting, type Means, sourcesOf } from "./means.ts";
import { shownBeside } from "./shown.ts";

/**
 * Values that undoing needs, and no more of the target than that: values by pointer as they stood before the call,
 * values of its answer, and each field with what the call wrote. `beside`: places of the record by which an answer that
 * leaves one of the fields out can be told from one that is not about the record.
 */
export const undoData = z.strictObject({
  old: jsonObject,
  output: jsonObject.nullable(),
  fields: z.array(z.strictObject({ field: z.string(), at: z.string(), ours: json, back_to: json })),
  beside: z.array(z.string()).exactOptional(),
});
export type UndoData = z.infer<typeof undoData>;

/** Pointers that the undo takes from a source. */
const pointersOf = <Request>({ binding: { undo }, referencesIn }: Means<Request>, source: Source): string[] => {
  if (undo === undefined) return [];
  const { only_when } = undo;
  const references = [
    ...referencesIn(undo),
    ...(only_when === undefined ? [] : referencesIn(only_when.request)),
    ...(only_when === undefined
      ? []
      : readTemplate(only_when.still.equals, "").places.map(({ reference }) => reference)),
  ];
  return references.flatMap((reference) => (reference.source === source ? [reference.pointer] : []));
};

const picked = (value: Json, pointers: readonly string[]): JsonObject =>
  Object.fromEntries(pointers.map((pointer) => [pointer, valueAt(value, pointer) ?? null]));

/** Read before the call; null where it cannot be undone. @throws ToolFailure */
export const prepareUndo = async <Request>(acting: Acting<Request>): Promise<UndoData | null> => {
  const { means, call } = acting;
  const { binding } = means;
  if (binding.undo === undefined || call.contract.compensation !== "adapter") return null;
  const target = await readTarget(acting);
  if (target === undefined) return { old: {}, output: null, fields: [] };
  const fields = changedFields(binding, call, target).map(({ field, at, old, next }) => ({
    field,
    at,
    ours: next,
    back_to: old,
  }));
  const prepared = {
    old: picked(target, pointersOf(means, "$old")),
    output: null,
    fields,
    ...besideOf(target, fields),
  };
  // A value that was masked would be put back as its mask.
  if (JSON.stringify(prepared).includes(MASK)) {
    throw new ToolFailure("what would undo it holds the text of a secret, which is not kept");
  }
  return prepared;
};

/** A field whose name was masked would not be found again. */
const besideOf = (target: Json, fields: UndoData["fields"]): Pick<UndoData, "beside"> => {
  const beside = shownBeside(
    target,
    fields.map(({ at }) => at),
  ).filter((place) => !place.includes(MASK));
  return beside.length === 0 ? {} : { beside };
};

/** Values that the call's answer adds; null where its undo takes nothing from it. */
export const undoFromOutput = <Request>(means: Means<Request>, output: Json): JsonObject | null => {
  const pointers = pointersOf(means, "$output").filter((pointer) => valueAt(output, pointer) !== undefined);
  return pointers.length === 0 ? null : { output: picked(output, pointers) };
};

export const undoSources = (call: ToolCall, { old, output }: UndoData, key?: string): Sources =>
  sourcesOf(call, {
    $old: (pointer) => old[pointer],
    $output: (pointer) => output?.[pointer],
    ...(key === undefined ? {} : { $key: key }),
  });
