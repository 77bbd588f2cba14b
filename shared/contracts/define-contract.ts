import { digestOf } from "../plan/digest.ts";
import type { JsonObject } from "../plan/json.ts";
import { jsonFaults } from "../plan/json-faults.ts";
import { accept, type Result, refuse } from "../plan/result.ts";
import { schemaViolations } from "../plan/schema-violations.ts";
import { listViolations, type Violation, type Violations } from "../plan/violation.ts";
import type { Reach } from "./binding/binding.ts";
import { bindingViolations } from "./bound/binding-violations.ts";
import { invariantViolations } from "./invariants.ts";
import type { SchemaFault } from "./schema/plain-schema.ts";
import { compileSchema } from "./schema/validator.ts";
import { schemaLimitViolations } from "./schema-limits.ts";
import { type ToolContract, type ToolContractInput, toolContractInput } from "./tool-contract.ts";

/** How thoroughly schemas are looked at: compiled, as they will be when arguments are checked, or only read. */
export type SchemaJudge = (schema: JsonObject) => readonly SchemaFault[];

const compiling: SchemaJudge = (schema) => {
  const compiled = compileSchema(schema);
  return compiled.ok ? [] : compiled.refusal;
};

const schemaFaults = (field: "input_schema" | "output_schema", schema: JsonObject, judge: SchemaJudge): Violation[] => {
  const limits = schemaLimitViolations(schema, `/${field}`, field === "input_schema" ? "arguments" : "output");
  if (limits.length > 0) return limits;
  return judge(schema).map(({ at, message, rule }) => ({
    path: `/${field}${at}`,
    rule: rule ?? field,
    message: rule === undefined ? `${field} is not a valid JSON Schema: ${message}` : message,
  }));
};

const schemasViolations = (
  { tool_name, input_schema, output_schema }: ToolContractInput,
  judge: SchemaJudge,
): Violation[] =>
  [
    ...schemaFaults("input_schema", input_schema, judge),
    ...(output_schema === undefined ? [] : schemaFaults("output_schema", output_schema, judge)),
  ].map((violation) => ({ ...violation, message: `${tool_name}: ${violation.message}` }));

/**
 * Makes a contract of what a team wrote, or says everything that is wrong with it: fields, invariants, schemas with
 * their patterns, its binding. `version` is the number it will have, from 1. `reach`: what the deployment lets tools reach that
 * it is registered with. Every message names the tool, where it has a name.
 */
export const defineContract = (
  input: unknown,
  version: number,
  reach?: Reach,
  judge: SchemaJudge = compiling,
): Result<ToolContract, Violations> => {
  const faults = jsonFaults(input);
  if (faults.violations.length > 0) return refuse(listViolations(faults.violations));
  const parsed = toolContractInput.safeParse(input, { reportInput: true });
  if (!parsed.success) return refuse(listViolations(schemaViolations(parsed.error, toolContractInput)));
  const contract = parsed.data;
  const violations = [
    ...invariantViolations(contract),
    ...schemasViolations(contract, judge),
    ...bindingViolations(contract, reach),
  ];
  if (violations.length > 0) return refuse(listViolations(violations));
  return accept({ ...contract, version, content_hash: digestOf("contract", contract) });
};
