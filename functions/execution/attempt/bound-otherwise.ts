import { canonicalJson } from "../../../shared/plan/digest.ts";
import type { Deps } from "../../deps.ts";
import { outwardBinding } from "../../tools/bindings.ts";
import type { StepContext } from "../step/step-context.ts";

/**
 * The preview of an approved call, with words on a binding that was changed since the execution was submitted: the call
 * goes where its own contract says, and whoever approved it did not know that the tool goes elsewhere by now. So it is
 * asked anew, once for each such change. A call that stays in the sandbox goes nowhere.
 */
export const saidOfBinding = async <Shown extends { readonly summary: string }>(
  deps: Pick<Deps, "contracts">,
  { contract }: Pick<StepContext, "contract">,
  preview: Shown,
): Promise<Shown> => {
  const pinned = outwardBinding(contract);
  if (pinned === undefined) return preview;
  const { tool_name, version } = contract;
  const now = await deps.contracts.get(tool_name);
  if (now === undefined || canonicalJson(now.binding ?? null) === canonicalJson(pinned)) return preview;
  const words = `${tool_name} is bound otherwise since version ${now.version} of its contract; this call is made as version ${version} says`;
  return { ...preview, summary: `${preview.summary}; ${words}` };
};
