import type { Declared } from "../../../shared/contracts/binding/declared.ts";
import { fillTemplate } from "../../../shared/contracts/binding/template.ts";
import type { Inexact } from "../../../shared/plan/inexact-places.ts";
import { isJsonObject, type Json } from "../../../shared/plan/json.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { sameValue } from "../world/stored-record.ts";
import { type Acting, readWhole, sourcesOf } from "./means.ts";
import { shows } from "./shown.ts";

/** A field that a call changes: where its read shows it, what stood there, and what the call will write. */
export type ChangedField = { readonly field: string; readonly at: string; readonly old: Json; readonly next: Json };

/** The target as it stands now. */
export type Target = { readonly body: Json } & Inexact;

/**
 * The values that stand in the target now, by the binding's read; undefined where it declares none. @throws ToolFailure
 */
export const readTarget = async <Request>(acting: Acting<Request>): Promise<Target | undefined> => {
  const { read } = acting.means.binding;
  if (read === undefined) return undefined;
  return readWhole(acting, read, sourcesOf(acting.call), "what it would change cannot be read");
};

/** The record that a call changes, by what it is read with. */
export const recordOf = <Request>({ means, call }: Acting<Request>): string => {
  const { read } = means.binding;
  const record = read === undefined ? undefined : means.record(read, sourcesOf(call));
  return record ?? call.contract.tool_name;
};

/** A text, such as a page about maintenance, is no record that has a field empty. */
const isRecord = (target: Json): boolean => Array.isArray(target) || isJsonObject(target);

/** Fields that the call would give another value than they have. One whose argument was not given stays as it is. */
export const changedFields = (
  { changes }: Pick<Declared<unknown>, "changes">,
  call: ToolCall,
  target: Json,
): ChangedField[] =>
  changes.flatMap(({ field, old, new: template }) => {
    const filled = fillTemplate(template, sourcesOf(call));
    if (!filled.ok) throw new ToolFailure(`the new value of ${field} cannot be told: ${filled.refusal}`);
    if (filled.value === undefined) return [];
    if (!isRecord(target) && !shows(target, old)) {
      throw new ToolFailure(`what it would change cannot be read: the answer is no record, and shows no ${field}`);
    }
    const stands = valueAt(target, old) ?? null;
    return sameValue(stands, filled.value) ? [] : [{ field, at: old, old: stands, next: filled.value }];
  });
