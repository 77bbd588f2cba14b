import type { Json } from "../plan/json.ts";

/**
 * A value in one line; text in quotes, so that "5" and 5 differ. One that is not there is `–`, as no value reads: to a
 * service a null clears a field, and one that is not given leaves it.
 */
export const compact = (value: Json | undefined): string => (value === undefined ? "–" : JSON.stringify(value));

/** A change as a record holds it. */
export type FieldChange = { readonly record: string; readonly field: string; readonly old: Json; readonly new: Json };

/** A change as it is shown: a side that is undefined holds nothing. */
export type ShownChange = Omit<FieldChange, "old" | "new"> & {
  readonly old: Json | undefined;
  readonly new: Json | undefined;
};

/**
 * The changes of a preview, or of `drift`. A null among the values that a record holds says that there is nothing: tools
 * see no difference to a field that is not there. One that a call sends is a null. So kind `undo` has it the other way
 * round, and a drift is between values that were held.
 */
export const shownChanges = (changes: readonly FieldChange[], kind: string): ShownChange[] =>
  changes.map((change) => ({
    ...change,
    old: kind === "undo" ? change.old : (change.old ?? undefined),
    new: kind === "undo" || kind === "drift" ? (change.new ?? undefined) : change.new,
  }));
