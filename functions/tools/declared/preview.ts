import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { ToolFailure, type ToolPreview } from "../../../shared/ports/tools.ts";
import { changedFields, readTarget, recordOf } from "./changes.ts";
import { leftOutAt } from "./inexact.ts";
import { type Acting, readWhole, sourcesOf } from "./means.ts";
import { refuseInexact } from "./undo-data.ts";

/** Stands for the key, which is made when the call is. */
export const KEY_IN_WORDS = "(its idempotency key)";

/** Not by its name, which is the service's own word. */
const LEFT_OUT = "a field in it cannot be kept, and is left out";

/** The literal call, as an approver reads it. @throws ToolFailure */
export const inWords = <Request>({ means, call }: Acting<Request>): string => {
  const literal = means.inWords(means.binding.call, sourcesOf(call, { $key: KEY_IN_WORDS }));
  if (!literal.ok) throw new ToolFailure(`the call cannot be made: ${literal.refusal}`);
  return literal.value;
};

/** Of a tool that reads: the same request as LIVE makes, with what it brings. @throws ToolFailure */
export const previewRead = async <Request>(acting: Acting<Request>): Promise<ToolPreview> => {
  const { call } = acting.means.binding;
  const summary = inWords(acting);
  const { body, left_out } = await readWhole(acting, call, sourcesOf(acting.call), "it cannot be read");
  const output = valueAt(body, call.output ?? "") ?? null;
  return { summary, output, changes: [], ...(left_out === undefined ? {} : { left_out }) };
};

/** Of a tool that writes: the literal call, and what it would change as far as a read is declared. @throws ToolFailure */
export const previewWrite = async <Request>(acting: Acting<Request>): Promise<ToolPreview> => {
  const { binding } = acting.means;
  const summary = inWords(acting);
  const target = await readTarget(acting);
  if (target === undefined || binding.changes.length === 0) {
    const why = target === undefined ? "the tool declares no read" : "the tool does not say which fields it changes";
    return { summary: `${summary}; old values are unknown: ${why}`, output: null, changes: [] };
  }
  refuseInexact(acting, target);
  const record = recordOf(acting);
  const changes = changedFields(binding, acting.call, target.body).map(({ field, at, old, next }) => {
    const lacks = leftOutAt(target, target.body, at);
    // The approver must see all of it.
    if (lacks.length > 0) {
      const where = `${field} of ${record}`;
      throw new ToolFailure(`${where} cannot be shown whole, as it must be to be approved: ${LEFT_OUT}`);
    }
    return { record, field, old, new: next };
  });
  return { summary: `${summary}${changes.length === 0 ? "; nothing would change" : ""}`, output: null, changes };
};
