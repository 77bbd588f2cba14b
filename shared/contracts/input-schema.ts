import { Ajv, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { canonicalJson } from "../audit/digest.ts";
import { cutText } from "../plan/cut-text.ts";
import { isJsonObject, type Json, type JsonObject } from "../plan/json.ts";
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
  // ajv's own compares every pair of items.
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schemaType: "boolean",
    validate: areUnique,
    errors: false,
    error: { message: "must NOT have duplicate items" },
  });
  ajv.addKeyword({ keyword: COUNTED, schemaType: "boolean", validate: countStep, errors: false });
  ajv.addVocabulary(ANNOTATIONS);
  return ajv;
};

/** Set on every schema that can stand beside others or be referred to: each time it is tried counts as a step. */
const COUNTED = "x-buddy-counted";

/** Steps of one check. Arguments have 64 KB, some 16,000 values: a dozen tries for each of them. */
const MAX_STEPS = 200_000;

class TooManySteps extends Error {}

/** Checks are made one at a time and end before another begins. */
let stepsLeft = MAX_STEPS;

const countStep = (): boolean => {
  stepsLeft -= 1;
  if (stepsLeft < 0) throw new TooManySteps();
  return true;
};

const areUnique = (wanted: boolean, items: Json[]): boolean =>
  !wanted || new Set(items.map(canonicalJson)).size === items.length;

/** Keywords whose value is data, not a schema. */
const DATA = new Set(["const", "enum", "default", "example", "examples"]);

/** The schema with every alternative and every reference in it counted. */
const counted = (value: Json): Json => {
  if (Array.isArray(value)) return value.map(counted);
  if (!isJsonObject(value)) return value;
  const made = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, DATA.has(key) ? item : counted(item)]),
  );
  const isTried = TRIED.some((name) => Object.hasOwn(made, name) && typeof made[name] !== "object");
  const branches = BRANCHES.some((name) => Array.isArray(made[name]));
  return isTried || branches ? { ...made, [COUNTED]: true } : made;
};

/** Keywords that make an object a schema. A property may be called so too: its value is a schema then, never a text or a list. */
const TRIED = ["$ref", "$dynamicRef", "type", "pattern"] as const;
const BRANCHES = ["anyOf", "oneOf", "allOf", "enum", "type"] as const;

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
  Object.fromEntries(
    Object.entries(schema).flatMap(([key, item]) =>
      key === "$id" ? [] : [[key, DATA.has(key) ? item : counted(item)]],
    ),
  );

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
  { tool_name, input_schema }: Pick<ToolContractInput, "tool_name" | "input_schema">,
  args: JsonObject,
): ArgumentFault[] => faultsBy(input_schema, args, { tool_name, rule: "input_schema", checked: "these arguments" });

type Checking = { readonly tool_name: string; readonly rule: string; readonly checked: string };

const faultsBy = (by: JsonObject, value: Json, { tool_name, rule, checked }: Checking): ArgumentFault[] => {
  const wrong = (message: string): ArgumentFault[] => [
    { keyword: rule, at: "", violation: { path: "", rule, message: `${tool_name}: ${message}` } },
  ];
  const schema = compileSchema(by);
  if (!schema.ok) return wrong(`its ${rule} cannot be used: ${schema.refusal}`);
  try {
    stepsLeft = MAX_STEPS;
    if (schema.value(value)) return [];
  } catch (error) {
    if (error instanceof TooManySteps) {
      return wrong(
        `checking ${checked} by its ${rule} takes more than ${MAX_STEPS} steps; alternatives (anyOf, oneOf) that refer to one another multiply`,
      );
    }
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
  { tool_name, output_schema }: Pick<ToolContractInput, "tool_name" | "output_schema">,
  output: Json,
): string | null => {
  if (output_schema === undefined) return null;
  const faults = faultsBy(output_schema, output, { tool_name, rule: "output_schema", checked: "this output" });
  const words = faults.map(({ violation: { path, message } }) => `${path} ${message}`.trim());
  return words.length === 0 ? null : cutText(words.join("; "));
};

/**
 * What is wrong with the arguments of a call, by its contract's input schema; empty when nothing is.
 * `args` are resolved arguments; paths are JSON Pointers into them.
 */
export const checkArguments = (
  contract: Pick<ToolContractInput, "tool_name" | "input_schema">,
  args: JsonObject,
): Violation[] => argumentFaults(contract, args).map(({ violation }) => violation);
