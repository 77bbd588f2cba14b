import { isJsonObject } from "../plan/json.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";
import { type ToolContractInput, writes } from "./tool-contract.ts";

type Undone = Pick<ToolContractInput, "tool_name" | "compensation">;
type Undoer = Pick<ToolContractInput, "tool_name" | "risk_level" | "resources" | "input_schema">;

/**
 * The reasons that keep a tool which another names as its compensation from undoing anything, as the registry stands:
 * it is told when the contract is registered, not when a call is to be undone. Empty where the contract names no other
 * tool.
 */
export const undoingViolations = (
  { tool_name, compensation }: Undone,
  registry: ReadonlyMap<string, Undoer>,
): Violation[] => {
  if (typeof compensation === "string") return [];
  const named = registry.get(compensation.tool_name);
  const wrong = (path: string, rule: string, message: string): Violation => ({
    path: `/compensation/${path}`,
    rule,
    message: `${tool_name}: ${message}`,
  });
  if (named === undefined) {
    const meant = didYouMean(compensation.tool_name, registry.keys()) || "; register it first";
    const message = `it is undone by tool ${quoted(compensation.tool_name)}, for which no contract is registered${meant}`;
    return [wrong("tool_name", "undoing_tool_unknown", message)];
  }
  if (!writes(named)) {
    return [wrong("tool_name", "undoing_tool_reads", `${named.tool_name} only reads, so it undoes nothing`)];
  }
  return requiredOf(named)
    .filter((argument) => !Object.hasOwn(compensation.arguments, argument))
    .map((argument) =>
      wrong(
        "arguments",
        "undoing_argument_missing",
        `${named.tool_name} requires argument ${quoted(argument)}: fill it from the call, as in {"${argument}": "{${argument}}"}`,
      ),
    );
};

const requiredOf = ({ input_schema }: Undoer): string[] => {
  const required = isJsonObject(input_schema) ? input_schema.required : undefined;
  return Array.isArray(required) ? required.filter((name) => typeof name === "string") : [];
};
