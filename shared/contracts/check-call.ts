import type { JsonObject } from "../plan/json.ts";
import type { Violation } from "../plan/violation.ts";
import { checkArguments } from "./input-schema.ts";
import { countResources } from "./resources.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/**
 * Everything that keeps a call with these resolved arguments from being made, by its contract: arguments that do not fit
 * its input schema, and lists that name more resources than one step may.
 */
export const checkCall = (
  contract: Pick<ToolContractInput, "tool_name" | "input_schema" | "resources">,
  args: JsonObject,
): Violation[] => {
  const violations = checkArguments(contract, args);
  const many = violations.length > 0 ? undefined : countResources(contract, args, []).tooMany;
  return many === undefined ? violations : [many];
};
