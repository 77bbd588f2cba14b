import type { ErrorObject } from "ajv";
import { cutText } from "../plan/cut-text.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import { MAX_VIOLATIONS_LISTED, type Violation } from "../plan/violation.ts";
import { type ArgumentFault, OF_AN_OUTPUT, OF_ARGUMENTS, type Telling, toViolation } from "./argument-violation.ts";
import { meantFaults } from "./meant-faults.ts";
import { CheckCutOff, fillBudgets } from "./schema/check-budget.ts";
import { TooManyFaults } from "./schema/fault-limit.ts";
import { compileSchema, type Looking } from "./schema/validator.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/** `stopped` where the check found so many that it ended: then there are more than these. */
export type ArgumentFaults = { readonly faults: readonly ArgumentFault[]; readonly stopped: boolean };

export const argumentFaults = (
  { input_schema }: Pick<ToolContractInput, "tool_name" | "input_schema">,
  args: JsonObject,
): ArgumentFaults =>
  faultsBy(input_schema, args, { rule: "input_schema", checked: "these arguments", telling: OF_ARGUMENTS });

type Checking = { readonly rule: string; readonly checked: string; readonly telling: Telling };

const faultsBy = (by: JsonObject, value: Json, checking: Checking): ArgumentFaults => {
  const { rule, checked, telling } = checking;
  const wrong = (message: string): ArgumentFaults => ({
    faults: [{ keyword: rule, at: "", by: "", said: () => ({ path: "", rule, message }) }],
    stopped: false,
  });
  const checkedBy = (looking: Looking): ArgumentFaults => {
    const schema = compileSchema(by, looking);
    if (!schema.ok) {
      const faults = schema.refusal.map(({ at, message }) => `${at} ${message}`.trim());
      return wrong(`its ${rule} cannot be used: ${faults.join("; ")}`);
    }
    try {
      fillBudgets();
      const errors = schema.value(value) ? [] : (schema.value.errors ?? []);
      return {
        faults: errors.map((error) => faultOf(error, telling)),
        stopped: looking === "first" && errors.length > 0,
      };
    } catch (error) {
      // A branch that is given up may have had them all: whether the value is right takes a look that stops at one.
      if (error instanceof TooManyFaults && looking === "every") return checkedBy("first");
      if (error instanceof CheckCutOff || error instanceof TooManyFaults)
        return wrong(`checking ${checked} by its ${rule} ${error.message}`);
      // A schema that refers to itself without end, or a value nested beyond the stack.
      if (error instanceof RangeError) return wrong(`its ${rule} cannot be evaluated on ${checked}`);
      throw error;
    } finally {
      // They hold the whole value, and the function is kept.
      schema.value.errors = null;
    }
  };
  return checkedBy("every");
};

const faultOf = (error: ErrorObject, telling: Telling): ArgumentFault => ({
  keyword: error.keyword,
  at: error.instancePath,
  by: error.schemaPath,
  said: () => toViolation(error, telling),
});

/** Faults as they are listed: so many that all are shown, and in words that there are more. */
export const listedFaults = (found: readonly ArgumentFault[], stopped: boolean): Violation[] => {
  const faults = meantFaults(found);
  if (!stopped && faults.length <= MAX_VIOLATIONS_LISTED) return faults.map(({ said }) => said());
  const listed = faults.slice(0, MAX_VIOLATIONS_LISTED - 1).map(({ said }) => said());
  const more = stopped
    ? "there may be more: the check ended where it had found too many to list, so mend what they have in common"
    : `${faults.length - listed.length} more faults are not listed`;
  return [...listed, { path: "", rule: "more_faults", message: more }];
};

/** Where what a call returned is not as its contract says, in words; null where it is, or nothing is said. */
export const unfitOutput = (
  { output_schema }: Pick<ToolContractInput, "tool_name" | "output_schema">,
  output: Json,
): string | null => {
  if (output_schema === undefined) return null;
  const { faults, stopped } = faultsBy(output_schema, output, {
    rule: "output_schema",
    checked: "this output",
    telling: OF_AN_OUTPUT,
  });
  const words = listedFaults(faults, stopped).map(({ path, message }) => `${path} ${message}`.trim());
  return words.length === 0 ? null : cutText(words.join("; "));
};

/**
 * The faults of a call's arguments, by its contract's input schema; empty when nothing is.
 * `args` are resolved arguments; paths are JSON Pointers into them.
 */
export const checkArguments = (
  contract: Pick<ToolContractInput, "tool_name" | "input_schema">,
  args: JsonObject,
): Violation[] => {
  const { faults, stopped } = argumentFaults(contract, args);
  return listedFaults(faults, stopped);
};
