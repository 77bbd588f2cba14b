import { outwardBinding } from "../../../shared/contracts/binding/binding.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";
import type { Deps } from "../../deps.ts";
import type { StepContext } from "../step/step-context.ts";

/**
 * The preview of an approved call, with words on a binding that was changed since the execution was submitted, be it the
 * tool's or that of the tool which would undo its call: both go where the execution's own contracts say, and whoever
 * approved the call did not know that a tool goes elsewhere by now. So it is asked anew, once for each such change.
 */
export const saidOfBinding = async <Shown extends { readonly summary: string }>(
  deps: Pick<Deps, "contracts">,
  { contract, undoing }: Pick<StepContext, "contract" | "undoing">,
  preview: Shown,
): Promise<Shown> => {
  const words = [
    await boundOtherwise(deps, contract, "made"),
    ...(undoing.tool_name === contract.tool_name ? [] : [await boundOtherwise(deps, undoing, "undone")]),
  ].filter((said) => said !== undefined);
  return { ...preview, summary: [preview.summary, ...words].join("; ") };
};

/** Undefined where the binding is as it was, and of a call that stays in the sandbox, which goes nowhere. */
const boundOtherwise = async (
  deps: Pick<Deps, "contracts">,
  called: ToolContract,
  done: "made" | "undone",
): Promise<string | undefined> => {
  const pinned = outwardBinding(called);
  if (pinned === undefined) return undefined;
  const { tool_name, version } = called;
  const now = await deps.contracts.get(tool_name);
  if (now === undefined || canonicalJson(now.binding ?? null) === canonicalJson(pinned)) return undefined;
  return `${tool_name} is bound otherwise since version ${now.version} of its contract; this call is ${done} as version ${version} says`;
};
