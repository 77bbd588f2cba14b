import { cutText } from "../plan/cut-text.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import type { Violation } from "../plan/violation.ts";
import { toViolation } from "./argument-violation.ts";
import { CheckCutOff, fillBudgets } from "./schema/check-budget.ts";
import { compileSchema } from "./schema/validator.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/** Findings of ajv, with the violation each becomes. Kept together for callers that weigh the keyword. */
export type ArgumentFault = { keyword: string; at: string; violation: Violation };

export const argumentFaults = (
  { input_schema }: Pick<ToolContractInput, "tool_name" | "input_schema">,
  args: JsonObject,
): ArgumentFault[] => faultsBy(input_schema, args, { rule: "input_schema", checked: "these arguments" });

type Checking = { readonly rule: string; readonly checked: string };

const faultsBy = (by: JsonObject, value: Json, { rule, checked }: Checking): ArgumentFault[] => {
  const wrong = (message: string): ArgumentFault[] => [
    { keyword: rule, at: "", violation: { path: "", rule, message } },
  ];
  const schema = compileSchema(by);
  if (!schema.ok) {
    const faults = schema.refusal.map(({ at, message }) => `${at} ${message}`.trim());
    return wrong(`its ${rule} cannot be used: ${faults.join("; ")}`);
  }
  try {
    fillBudgets();
    if (schema.value(value)) return [];
  } catch (error) {
    if (error instanceof CheckCutOff) return wrong(`checking ${checked} by its ${rule} ${error.message}`);
    // A schema that refers to itself without end, or a value nested beyond the stack.
    if (error instanceof RangeError) return wrong(`its ${rule} cannot be evaluated on ${checked}`);
    throw error;
  }
  return (schema.value.errors ?? []).map((error) => ({
    keyword: error.keyword,
    at: error.instancePath,
    violation: toViolation(error),
  }));
};

/** Where what a call returned is not as its contract says, in words; null where it is, or nothing is said. */
export const unfitOutput = (
  { output_schema }: Pick<ToolContractInput, "tool_name" | "output_schema">,
  output: Json,
): string | null => {
  if (output_schema === undefined) return null;
  const faults = faultsBy(output_schema, output, { rule: "output_schema", checked: "this output" });
  const words = faults.map(({ violation: { path, message } }) => `${path} ${message}`.trim());
  return words.length === 0 ? null : cutText(words.join("; "));
};

/**
 * The faults of a call's arguments, by its contract's input schema; empty when nothing is.
 * `args` are resolved arguments; paths are JSON Pointers into them.
 */
export const checkArguments = (
  contract: Pick<ToolContractInput, "tool_name" | "input_schema">,
  args: JsonObject,
): Violation[] => argumentFaults(contract, args).map(({ violation }) => violation);
