import { digestOf } from "../audit/digest.ts";
import { jsonFaults } from "../plan/json-faults.ts";
import { accept, type Result, refuse } from "../plan/result.ts";
import { schemaViolations } from "../plan/schema-violations.ts";
import { listViolations, type Violation, type Violations } from "../plan/violation.ts";
import { compileSchema } from "./input-schema.ts";
import { invariantViolations } from "./invariants.ts";
import { schemaLimitViolations } from "./schema-limits.ts";
import { slowPatternViolations } from "./slow-patterns.ts";
import { type ToolContract, type ToolContractInput, toolContractInput } from "./tool-contract.ts";

const inputSchemaViolations = ({ tool_name, input_schema }: ToolContractInput): Violation[] => {
  const named = (violation: Violation): Violation => ({ ...violation, message: `${tool_name}: ${violation.message}` });
  const limits = schemaLimitViolations(input_schema, "/input_schema");
  if (limits.length > 0) return limits.map(named);
  const schema = compileSchema(input_schema);
  if (schema.ok) return slowPatternViolations(input_schema, "/input_schema").map(named);
  const message = `input_schema is not a valid JSON Schema: ${schema.refusal}`;
  return [named({ path: "/input_schema", rule: "input_schema", message })];
};

/**
 * Makes a contract of what a team wrote, or says everything that is wrong with it: fields, invariants, input schema, its patterns.
 * `version` is the number it will have, from 1. Every message names the tool, where it has a name.
 */
export const defineContract = (input: unknown, version: number): Result<ToolContract, Violations> => {
  const faults = jsonFaults(input);
  if (faults.violations.length > 0) return refuse(listViolations(faults.violations));
  const parsed = toolContractInput.safeParse(input, { reportInput: true });
  if (!parsed.success) return refuse(listViolations(schemaViolations(parsed.error, toolContractInput)));
  const contract = parsed.data;
  const violations = [...invariantViolations(contract), ...inputSchemaViolations(contract)];
  if (violations.length > 0) return refuse(listViolations(violations));
  return accept({ ...contract, version, content_hash: digestOf("contract", contract) });
};
