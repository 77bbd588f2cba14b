import type { Preview } from "../../../shared/execution/approval/preview.ts";
import { valueAt } from "../../../shared/plan/json-pointer.ts";
import { ToolFailure } from "../../../shared/ports/tools.ts";
import { changedFields, readTarget, recordOf } from "./changes.ts";
import { type Acting, readBody, sourcesOf } from "./means.ts";
import { refuseInexact } from "./undo-data.ts";

/** Stands for the key, which is made when the call is. */
export const KEY_IN_WORDS = "(its idempotency key)";

/** The literal call, as an approver reads it. @throws ToolFailure */
export const inWords = <Request>({ means, call }: Acting<Request>): string => {
  const literal = means.inWords(means.binding.call, sourcesOf(call, { $key: KEY_IN_WORDS }));
  if (!literal.ok) throw new ToolFailure(`the call cannot be made: ${literal.refusal}`);
  return literal.value;
};

/** Of a tool that reads: the same request as LIVE makes, with what it brings. @throws ToolFailure */
export const previewRead = async <Request>(acting: Acting<Request>): Promise<Preview> => {
  const { call } = acting.means.binding;
  const summary = inWords(acting);
  const body = await readBody(acting, call, sourcesOf(acting.call), "it cannot be read");
  return { summary, output: valueAt(body, call.output ?? "") ?? null, changes: [] };
};

/** Of a tool that writes: the literal call, and what it would change as far as a read is declared. @throws ToolFailure */
export const previewWrite = async <Request>(acting: Acting<Request>): Promise<Preview> => {
  const { binding } = acting.means;
  const summary = inWords(acting);
  const target = await readTarget(acting);
  if (target === undefined || binding.changes.length === 0) {
    const why = target === undefined ? "the tool declares no read" : "the tool does not say which fields it changes";
    return { summary: `${summary}; old values are unknown: ${why}`, output: null, changes: [] };
  }
  refuseInexact(acting, target);
  const record = recordOf(acting);
  const changes = changedFields(binding, acting.call, target.body).map(({ field, old, next }) => ({
    record,
    field,
    old,
    new: next,
  }));
  return { summary: `${summary}${changes.length === 0 ? "; nothing would change" : ""}`, output: null, changes };
};
