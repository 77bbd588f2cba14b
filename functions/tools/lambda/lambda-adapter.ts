import type { LambdaBinding } from "../../../shared/contracts/binding/lambda/lambda-binding.ts";
import { type ToolContract, writes } from "../../../shared/contracts/tool-contract.ts";
import type { Functions } from "../../../shared/ports/functions.ts";
import type { ToolAdapter } from "../../../shared/ports/tools.ts";
import { foundBy, type ReadingMeans } from "../asked/asked.ts";
import { liveAsked, previewAsked } from "../asked/asked-adapter.ts";
import { type Asking, askFunction } from "./ask-function.ts";
import type { ActingFunctions, ReadingFunctions } from "./functions.ts";

/** The function that is asked what changes nothing: of a tool that only reads, its own. */
const readerOf = ({ contract }: { readonly contract: ToolContract }, binding: LambdaBinding): string =>
  writes(contract) ? (binding.read_function ?? binding.function) : binding.function;

const asks = (functions: Functions, now: () => number, function_name: string): Asking => ({
  functions,
  now,
  function_name,
});

const reading = (binding: LambdaBinding, { reads, now }: ReadingFunctions): ReadingMeans => ({
  doer: `function ${binding.function}`,
  undoer: `function ${binding.function}`,
  previewer: "function",
  previews: binding.previews,
  no_previews: "the binding names no function that makes previews",
  undo: binding.undo,
  look: (call, wanted) => askFunction(asks(reads, now, readerOf(call, binding)), call, wanted),
});

/** DRY_RUN: invokes the functions that read, and no other. */
export const previewLambdaAdapter = (binding: LambdaBinding, functions: ReadingFunctions): ToolAdapter =>
  previewAsked(reading(binding, functions));

/** LIVE: invokes the function, once, and takes its answer for what came of the call. */
export const liveLambdaAdapter = (binding: LambdaBinding, functions: ActingFunctions): ToolAdapter => {
  const means = reading(binding, functions);
  return liveAsked({
    ...means,
    act: (call, wanted) => askFunction(asks(functions.acts, functions.now, binding.function), call, wanted),
    lookUp: async (call, side) => {
      if (!binding.looks_up) {
        return { kind: "unknown", why: `${call.contract.tool_name} offers no way to ask whether it happened` };
      }
      const reply = await means.look(call, { rung: "look_up", side, key: call.idempotency_key, undo: null });
      if (reply.kind === "answered") return foundBy(reply.said, reply.by);
      const { why, again_in_seconds } = { again_in_seconds: undefined, ...reply };
      return { kind: "unknown", why: `looked up: ${why}`, ...(again_in_seconds !== undefined && { again_in_seconds }) };
    },
  });
};
