import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonObject } from "../plan/json.ts";
import { accept, type Result, refuse } from "../plan/result.ts";
import type { Violation } from "../plan/violation.ts";
import { toViolation } from "./argument-violation.ts";
import { draftOf } from "./schema-limits.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/**
 * A misspelt keyword would silently check nothing, so unknown keywords are refused (`strictSchema`); the other strict
 * modes are matters of taste.
 */
const OPTIONS = {
  allErrors: true,
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  logger: false,
  verbose: true,
} as const;

/** Annotations of OpenAPI and of model providers' tool definitions, which check nothing. */
const ANNOTATIONS = ["example", "xml", "externalDocs", "discriminator", "strict"];

const prepare = <Instance extends Ajv | Ajv2020>(ajv: Instance): Instance => {
  addFormats.default(ajv);
  ajv.addVocabulary(ANNOTATIONS);
  return ajv;
};

/** Built on first use: most cold starts need one of them, some none. */
const instances: { draft07?: Ajv; draft2020?: Ajv2020 } = {};
const instanceFor = (schema: JsonObject): Ajv | Ajv2020 => {
  if (draftOf(schema) === "draft-07") {
    instances.draft07 ??= prepare(new Ajv(OPTIONS));
    return instances.draft07;
  }
  instances.draft2020 ??= prepare(new Ajv2020(OPTIONS));
  return instances.draft2020;
};

/** Compiled schemas by their text, so that a hash somebody else computed is never trusted. Oldest out first. */
const MAX_COMPILED = 256;
const compiled = new Map<string, ValidateFunction>();

/**
 * Without its own `$id`: ajv would keep the schema under it, and another contract, or one that borrows the id of a
 * meta-schema, would collide. Nothing refers to it, since references begin with `#`.
 */
const anonymous = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => key !== "$id"));

const reasonOf = (error: Error): string =>
  error instanceof RangeError ? "it refers to itself without end" : error.message;

/** Compiles a schema, or says in ajv's words why it is none. */
export const compileSchema = (schema: JsonObject): Result<ValidateFunction, string> => {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return accept(known);
  const ajv = instanceFor(schema);
  const nameless = anonymous(schema);
  try {
    const validate = ajv.compile(nameless);
    const oldest = compiled.keys().next();
    if (compiled.size >= MAX_COMPILED && oldest.done !== true) compiled.delete(oldest.value);
    compiled.set(text, validate);
    return accept(validate);
  } catch (error) {
    // ajv throws plain errors for everything that is wrong with a schema.
    if (!(error instanceof Error)) throw error;
    return refuse(reasonOf(error));
  } finally {
    ajv.removeSchema(nameless);
  }
};

/** What ajv found, with the violation each becomes. Kept together for callers that weigh the keyword. */
export type ArgumentFault = { keyword: string; at: string; violation: Violation };

export const argumentFaults = (
  contract: Pick<ToolContractInput, "tool_name" | "input_schema">,
  args: JsonObject,
): ArgumentFault[] => {
  const wrong = (rule: string, message: string): ArgumentFault[] => [
    { keyword: rule, at: "", violation: { path: "", rule, message: `${contract.tool_name}: ${message}` } },
  ];
  const schema = compileSchema(contract.input_schema);
  if (!schema.ok) return wrong("input_schema", `its input_schema cannot be used: ${schema.refusal}`);
  try {
    if (schema.value(args)) return [];
  } catch (error) {
    // A schema that refers to itself without end, or arguments nested beyond the stack.
    if (error instanceof RangeError)
      return wrong("input_schema", "its input_schema cannot be evaluated on these arguments");
    throw error;
  }
  return (schema.value.errors ?? []).map((error) => ({
    keyword: error.keyword,
    at: error.instancePath,
    violation: toViolation(error),
  }));
};

/**
 * What is wrong with the arguments of a call, by its contract's input schema; empty when nothing is.
 * `args` are resolved arguments; paths are JSON Pointers into them.
 */
export const checkArguments = (
  contract: Pick<ToolContractInput, "tool_name" | "input_schema">,
  args: JsonObject,
): Violation[] => argumentFaults(contract, args).map(({ violation }) => violation);
