import type { JsonObject } from "../plan/json.ts";
import { isAtOrBelow } from "../plan/json-pointer.ts";
import type { Violation } from "../plan/violation.ts";
import { argumentFaults, checkArguments } from "./input-schema.ts";
import { countResources } from "./resources.ts";
import { relaxedSchema } from "./schema/relaxed-schema.ts";
import type { ToolContractInput } from "./tool-contract.ts";

type Checked = Pick<ToolContractInput, "tool_name" | "input_schema" | "resources">;

/**
 * Everything that keeps a call with these resolved arguments from being made, by its contract: arguments that do not fit
 * its input schema, and lists that name more resources than one step may.
 */
export const checkCall = (contract: Checked, args: JsonObject): Violation[] => {
  const violations = checkArguments(contract, args);
  const many = violations.length > 0 ? undefined : countResources(contract, args, []).tooMany;
  return many === undefined ? violations : [many];
};

/**
 * Everything that keeps a call from being made whatever will stand at the `open` places of its arguments: JSON Pointers to a
 * null, which stands at each now. Empty where it cannot be told: the call is checked again when all is known.
 */
export const checkOpenCall = (contract: Checked, args: JsonObject, open: readonly string[]): Violation[] => {
  const { faults } = argumentFaults(contract, args);
  const isOpen = (at: string) => open.some((place) => isAtOrBelow(at, place));
  // Nearly every call is right but for what is not there yet: no schema is made for it.
  if (!faults.every(({ at }) => isOpen(at))) {
    const input_schema = relaxedSchema(contract.input_schema, open) ?? {};
    // That the check itself went wrong says nothing of the call.
    const certain = checkArguments({ ...contract, input_schema }, args).filter(({ rule }) => rule !== "input_schema");
    if (certain.length > 0) return certain;
  }
  // A null names nothing: these are the resources that are known already.
  const many = countResources(contract, args, []).tooMany;
  return many === undefined || isOpen(many.path) ? [] : [many];
};
