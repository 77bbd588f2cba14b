import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import type { JsonObject } from "../plan/json.ts";
import { pointerTo } from "../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../plan/result.ts";
import { didYouMean, quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";
import { draftOf } from "./schema-limits.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/**
 * A misspelt keyword would silently check nothing, so unknown keywords are refused (`strictSchema`); the other strict
 * modes are matters of taste. Schemas are not kept by their `$id` (`addUsedSchema`), which two contracts may share.
 */
const OPTIONS = {
  allErrors: true,
  strictSchema: true,
  strictTypes: false,
  strictTuples: false,
  strictRequired: false,
  allowUnionTypes: true,
  addUsedSchema: false,
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

/** Compiles a schema, or says in ajv's words why it is none. */
export const compileSchema = (schema: JsonObject): Result<ValidateFunction, string> => {
  const text = JSON.stringify(schema);
  const known = compiled.get(text);
  if (known !== undefined) return accept(known);
  const ajv = instanceFor(schema);
  try {
    const validate = ajv.compile(schema);
    const oldest = compiled.keys().next();
    if (compiled.size >= MAX_COMPILED && oldest.done !== true) compiled.delete(oldest.value);
    compiled.set(text, validate);
    return accept(validate);
  } catch (error) {
    // ajv throws plain errors for everything that is wrong with a schema.
    if (!(error instanceof Error)) throw error;
    return refuse(error.message);
  } finally {
    ajv.removeSchema(schema);
  }
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");

const knownProperties = (error: ErrorObject): string[] => {
  const properties: unknown = error.parentSchema?.properties;
  return typeof properties === "object" && properties !== null ? Object.keys(properties) : [];
};

/** A place of its own for what is missing or too much, which ajv reports at the object around it. */
const toViolation = (error: ErrorObject): Violation => {
  const at = error.instancePath;
  switch (error.keyword) {
    case "required":
    case "dependentRequired":
    case "dependencies": {
      const missing = text(error.params.missingProperty);
      const because = error.keyword === "required" ? "" : ` where ${text(error.params.property)} is given`;
      return {
        path: pointerTo(at, missing),
        rule: "argument_required",
        message: `argument ${quoted(missing)} is required${because}`,
      };
    }
    case "additionalProperties":
    case "unevaluatedProperties": {
      const extra = text(error.params.additionalProperty ?? error.params.unevaluatedProperty);
      const suggestion = didYouMean(extra, knownProperties(error)) || "; leave it out";
      return {
        path: pointerTo(at, extra),
        rule: "argument_unknown",
        message: `the tool takes no argument ${quoted(extra)}${suggestion}`,
      };
    }
    case "enum": {
      const allowed = Array.isArray(error.params.allowedValues) ? error.params.allowedValues : [];
      return {
        path: at,
        rule: "argument_value",
        message: `must be one of ${allowed.map((value) => JSON.stringify(value)).join(", ")}`,
      };
    }
    case "const":
      return { path: at, rule: "argument_value", message: `must be ${JSON.stringify(error.params.allowedValue)}` };
    default:
      return { path: at, rule: `argument_${error.keyword}`, message: error.message ?? `fails ${error.keyword}` };
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
