import { tokensOf } from "../plan/json-pointer.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import type { ArgumentSource } from "../plan/tool-execution-plan.ts";
import { placeInSchema } from "./schema/place-in-schema.ts";
import { type ToolContract, writes } from "./tool-contract.ts";

/** The schema of a place in another step's output before anything runs. */
export type SaidOfPlace = { readonly kind: "refused" | "warning"; readonly message: string };

/**
 * Whether a step can take a value from there, as far as the contract of the tool that gives it says: a place that its
 * output schema cannot have, or that is near to one it names, is refused now rather than missed after the call was made.
 */
export const saidOfPlace = (
  { path, from }: Pick<ArgumentSource, "path" | "from">,
  contract: Pick<ToolContract, "tool_name" | "output_schema" | "binding"> & Parameters<typeof writes>[0],
): SaidOfPlace | undefined => {
  if (path === "") return undefined;
  const { tool_name, output_schema, binding } = contract;
  const place = `${quoted(path)} in the output of step ${from}`;
  if (output_schema === undefined) {
    // The sandbox's own tools are rehearsed with what they will return.
    if (binding === undefined || binding.kind === "sandbox" || !writes(contract)) return undefined;
    const message = `nothing says what ${tool_name} returns, so ${place} is first looked for after its call was made; an output_schema in its contract would say`;
    return { kind: "warning", message };
  }
  const found = placeInSchema(output_schema, tokensOf(path));
  if (found.kind === "described" || found.kind === "open") return undefined;
  const meant = didYouMean(tokensOf(path)[found.depth] ?? "", found.names);
  const named = found.names.length === 0 ? "" : `; it names ${found.names.join(", ")}`;
  if (found.kind === "impossible")
    return {
      kind: "refused",
      message: `${place} cannot be there by the output_schema of ${tool_name}${meant || named}`,
    };
  if (meant === "")
    return { kind: "warning", message: `${place} is not named by the output_schema of ${tool_name}${named}` };
  return {
    kind: "refused",
    message: `${place} is not named by the output_schema of ${tool_name}${meant} If it is meant so, add it to the output_schema`,
  };
};
