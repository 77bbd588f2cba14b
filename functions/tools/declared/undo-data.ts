import { z } from "zod";
import type { Source, Sources } from "../../../shared/contracts/binding/reference.ts";
import { readTemplate } from "../../../shared/contracts/binding/template.ts";
import type { LeftOut, NotUndoable } from "../../../shared/execution/call-outcome.ts";
import type { Inexact } from "../../../shared/plan/inexact-places.ts";
import { type Json, type JsonObject, json, jsonObject } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { MASK } from "../../../shared/plan/mask.ts";
import { type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { changedFields, readTarget, recordOf, type Target } from "./changes.ts";
import { inexactInWords, isInexact, sentOtherwise } from "./inexact.ts";
import { type Acting, type Means, sourcesOf } from "./means.ts";
import { shownBeside } from "./shown.ts";

/**
 * Values that undoing needs, and no more of the target than that: values by pointer as they stood before the call,
 * values of its answer, and each field with what the call wrote. `beside`: places of the record by which an answer that
 * leaves one of the fields out can be told from one that is not about the record. `inexact`: places of the answer that are
 * kept otherwise than the service wrote them.
 */
export const undoData = z.strictObject({
  old: jsonObject,
  output: jsonObject.nullable(),
  fields: z.array(z.strictObject({ field: z.string(), at: z.string(), ours: json, back_to: json })),
  beside: z.array(z.string()).exactOptional(),
  inexact: z.array(z.string()).exactOptional(),
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
  refuseInexact(acting, target);
  const fields = changedFields(binding, call, target.body).map(({ field, at, old, next }) => ({
    field,
    at,
    ours: next,
    back_to: old,
  }));
  const old = picked(target.body, pointersOf(means, "$old"));
  const prepared = { old, output: null, fields, ...besideOf(target.body, placesOf(fields, old)) };
  // A value that was masked would be put back as its mask.
  if (JSON.stringify(prepared).includes(MASK)) {
    throw new ToolFailure("what would undo it holds the text of a secret, which is not kept");
  }
  return prepared;
};

/**
 * Refuses a call that its undo could not put back as it was: what the service wrote would be changed by it.
 * @throws ToolFailure
 */
export const refuseInexact = <Request>(acting: Acting<Request>, { body, inexact }: Target): void => {
  const { means, call } = acting;
  if (inexact === undefined || call.contract.compensation !== "adapter") return;
  const lost = sentOtherwise(means, "$old", { inexact }, (pointer) => valueAt(body, pointer));
  if (lost.length > 0) throw new ToolFailure(`it could not be undone: ${inexactInWords(lost, recordOf(acting))}`);
};

/** The fields that the call changes; of one that changes none, what its undo would write back as it stands then. */
export const placesOf = (fields: UndoData["fields"], old: JsonObject = {}): string[] =>
  fields.length > 0 ? fields.map(({ at }) => at) : Object.keys(old);

/** A field whose name was masked would not be found again. */
const besideOf = (target: Json, places: readonly string[]): Pick<UndoData, "beside"> => {
  const beside = shownBeside(target, places).filter((place) => !place.includes(MASK));
  return beside.length === 0 ? {} : { beside };
};

/** An answer, and where in it stands what the tool gives out. */
type Answered = { readonly body: Json; readonly at: string } & Inexact & LeftOut;

/** How to undo a call by its answer: null where its undo takes nothing from that, or what it takes is not there. */
type ByAnswer = { readonly undo: JsonObject | null } & NotUndoable;

/**
 * Values that the call's answer adds. One that holds a mask, or says that something was cut, would undo another thing, or
 * none: it is not kept, so that the undo says that it is not known.
 */
export const undoFromOutput = <Request>(means: Means<Request>, { body, at, ...said }: Answered): ByAnswer => {
  const output = valueAt(body, at) ?? null;
  const needed = pointersOf(means, "$output");
  const told = needed.filter((pointer) => {
    const value = valueAt(output, pointer);
    return value !== undefined && isWhole(value, said);
  });
  const inexact = told.filter((pointer) => isInexact(said, `${at}${pointer}`));
  const lacks = needed.filter((pointer) => !told.includes(pointer));
  const lost = sentOtherwise(means, "$output", { inexact }, (pointer) => valueAt(output, pointer));
  const why = [
    ...(lacks.length === 0 ? [] : [`its answer does not tell ${[...new Set(lacks)].join(", ")}`]),
    ...(lost.length === 0 ? [] : [inexactInWords(lost, "what the call answered")]),
  ];
  const undo = { output: picked(output, told), ...(inexact.length === 0 ? {} : { inexact }) };
  return { undo: told.length === 0 ? null : undo, ...(why.length === 0 ? {} : { not_undoable: why.join("; ") }) };
};

const isWhole = (value: Json, { left_out }: LeftOut): boolean => {
  const text = JSON.stringify(value);
  return !text.includes(MASK) && (left_out === undefined || !text.includes("[cut: "));
};

export const undoSources = (call: ToolCall, { old, output }: UndoData, key?: string): Sources =>
  sourcesOf(call, {
    $old: (pointer) => old[pointer],
    $output: (pointer) => output?.[pointer],
    ...(key === undefined ? {} : { $key: key }),
  });
