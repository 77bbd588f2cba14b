import { digestOf } from "../audit/digest.ts";
import type { JsonObject } from "../plan/json.ts";
import { jsonFaults } from "../plan/json-faults.ts";
import { accept, type Result, refuse } from "../plan/result.ts";
import { schemaViolations } from "../plan/schema-violations.ts";
import { listViolations, type Violation, type Violations } from "../plan/violation.ts";
import type { Reach } from "./binding/binding.ts";
import { bindingViolations } from "./binding/binding-violations.ts";
import { invariantViolations } from "./invariants.ts";
import { compileSchema } from "./schema/validator.ts";
import { schemaLimitViolations } from "./schema-limits.ts";
import { type ToolContract, type ToolContractInput, toolContractInput } from "./tool-contract.ts";

const schemaFaults = (field: "input_schema" | "output_schema", schema: JsonObject): Violation[] => {
  const limits = schemaLimitViolations(schema, `/${field}`, field === "input_schema" ? "arguments" : "output");
  if (limits.length > 0) return limits;
  const compiled = compileSchema(schema);
  if (compiled.ok) return [];
  return compiled.refusal.map(({ at, message, rule }) => ({
    path: `/${field}${at}`,
    rule: rule ?? field,
    message: rule === undefined ? `${field} is not a valid JSON Schema: ${message}` : message,
  }));
};

const schemasViolations = ({ tool_name, input_schema, output_schema }: ToolContractInput): Violation[] =>
  [
    ...schemaFaults("input_schema", input_schema),
    ...(output_schema === undefined ? [] : schemaFaults("output_schema", output_schema)),
  ].map((violation) => ({ ...violation, message: `${tool_name}: ${violation.message}` }));

/**
 * Makes a contract of what a team wrote, or says everything that is wrong with it: fields, invariants, schemas with
 * their patterns, its binding. `version` is the number it will have, from 1. `reach`: what the deployment lets tools reach that
 * it is registered with. Every message names the tool, where it has a name.
 */
export const defineContract = (input: unknown, version: number, reach?: Reach): Result<ToolContract, Violations> => {
  const faults = jsonFaults(input);
  if (faults.violations.length > 0) return refuse(listViolations(faults.violations));
  const parsed = toolContractInput.safeParse(input, { reportInput: true });
  if (!parsed.success) return refuse(listViolations(schemaViolations(parsed.error, toolContractInput)));
  const contract = parsed.data;
  const violations = [
    ...invariantViolations(contract),
    ...schemasViolations(contract),
    ...bindingViolations(contract, reach),
  ];
  if (violations.length > 0) return refuse(listViolations(violations));
  return accept({ ...contract, version, content_hash: digestOf("contract", contract) });
};
