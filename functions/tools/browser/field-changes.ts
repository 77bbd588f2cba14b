import { z } from "zod";
import { ROLES } from "../../../shared/contracts/binding/browser/roles.ts";
import type { FieldChange } from "../../../shared/execution/approval/preview.ts";
import { type Json, json } from "../../../shared/plan/json.ts";
import type { Element, Looked, PageAction } from "../../../shared/ports/pages.ts";
import { sameValue } from "../world/stored-record.ts";
import { foundInWords, isFound } from "./in-words.ts";

type Seen = Extract<Looked, { kind: "seen" }>;

const element = z.discriminatedUnion("by", [
  z.strictObject({ by: z.literal("role"), role: z.enum(ROLES), name: z.string().exactOptional() }),
  z.strictObject({ by: z.literal("label"), label: z.string() }),
  z.strictObject({ by: z.literal("selector"), selector: z.string() }),
]);

/** Fields of a page that a call fills in: what stood there, and what it wrote. */
export const pageUndo = z.strictObject({
  address: z.string(),
  fields: z.array(z.strictObject({ element, field: z.string(), ours: json, back_to: json })),
});
export type PageUndo = z.infer<typeof pageUndo>;

/** A field holds text, or whether it is ticked: numbers are what they look like. */
export const asHeld = (value: Json): Json =>
  typeof value === "boolean" || typeof value === "string" ? value : value === null ? "" : String(value);

type FieldFill = { readonly element: Element; readonly field: string; readonly old: Json; readonly next: Json };

/** Fields that the page has and that the actions would give another value than they hold. */
export const fieldFills = (seen: Seen, actions: readonly PageAction[]): FieldFill[] =>
  actions.flatMap((action, index) => {
    const found = seen.elements[index];
    if (action.kind !== "fill" || !isFound(found)) return [];
    const next = asHeld(action.value);
    if (sameValue(found.value, next)) return [];
    return [{ element: action.element, field: foundInWords(found, action.element), old: found.value, next }];
  });

/** The page without its query, in which the same fields are the same record. */
export const recordOf = ({ address }: { readonly address: string }): string => address.split(/[?#]/)[0] ?? address;

export const changesOf = (seen: Seen, actions: readonly PageAction[]): FieldChange[] =>
  fieldFills(seen, actions).map(({ field, old, next }) => ({ record: recordOf(seen), field, old, new: next }));

/** How what a call filled in stands now: fields that undoing would put back, and those that hold somebody else's value. */
export type Standing = {
  readonly ours: readonly FieldChange[];
  readonly foreign: readonly FieldChange[];
  readonly fills: readonly PageAction[];
};

/** `seen`: the page, looked at for each field in its order. */
export const standingOf = (seen: Seen, { fields }: PageUndo): Standing => {
  const now = fields.flatMap((field, index) => {
    const found = seen.elements[index];
    return isFound(found) && !sameValue(found.value, field.back_to) ? [{ ...field, holds: found.value }] : [];
  });
  const change = ({ field, holds, back_to }: (typeof now)[number]): FieldChange => ({
    record: recordOf(seen),
    field,
    old: holds,
    new: back_to,
  });
  const ours = now.filter(({ holds, ours: written }) => sameValue(holds, written));
  return {
    ours: ours.map(change),
    foreign: now.filter(({ holds, ours: written }) => !sameValue(holds, written)).map(change),
    fills: ours.map(({ element: at, ours: written, back_to }) => ({
      kind: "fill",
      element: at,
      value: back_to,
      only_if: written,
    })),
  };
};
