import { Ajv, type ErrorObject, type Options, type ValidateFunction } from "ajv";
import { Ajv2019 } from "ajv/dist/2019.js";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { canonicalJson } from "../../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { pointerTo } from "../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../plan/result.ts";
import { didYouMean, quoted } from "../../plan/suggestion.ts";
import { guardedPattern } from "../pattern/guarded-pattern.ts";
import { COUNTED, countStep, matchWithin } from "./check-budget.ts";
import type { Draft } from "./drafts.ts";
import { BOUNDED, faultLimit } from "./fault-limit.ts";
import { type PlainSchema, plainSchema, type SchemaFault } from "./plain-schema.ts";
import { everySchema, everySchemaReached } from "./subschemas.ts";

/** ajv takes the pattern as it is written; what runs is our own, so that no text can keep it busy. */
const guarded = (pattern: string) => {
  const made = guardedPattern(pattern);
  if (!made.ok) throw new Error(`pattern ${quoted(pattern)} ${made.refusal}`);
  const { value } = made;
  return { test: (text: string) => matchWithin(value, pattern, text), toString: () => `/${pattern}/` };
};

const OPTIONS = {
  // Keywords and formats that nobody knows are annotations, by the specification; schema-warnings.ts names them.
  strict: false,
  allowUnionTypes: true,
  logger: false,
  verbose: true,
  // Every object inherits a `constructor`: a value has the names that it was given.
  ownProperties: true,
  // 19.99 is a multiple of 0.01.
  multipleOfPrecision: 6,
  code: { regExp: Object.assign(guarded, { code: "guarded" }) },
} as const satisfies Options;

const areUnique = (wanted: boolean, items: Json[]): boolean =>
  !wanted || new Set(items.map(canonicalJson)).size === items.length;

/**
 * How much a check looks for: every fault, as long as they can be read; or whether there is one, where a branch that is
 * given up (of `anyOf`, of `contains`) may have had many and the value is right.
 */
export type Looking = "every" | "first";
const MAX_FAULTS = { every: 1_000, first: 200_000 } as const;

const prepare = <Instance extends Ajv | Ajv2019 | Ajv2020>(ajv: Instance, looking: Looking): Instance => {
  // A keyword that every object inherits (`constructor`) is as unknown as any other.
  for (const known of [ajv.RULES.all, ajv.RULES.keywords]) Object.setPrototypeOf(known, null);
  addFormats.default(ajv);
  ajv.addFormat("regex", (text: string) => guardedPattern(text).ok);
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
  ajv.addKeyword(faultLimit(MAX_FAULTS[looking]));
  ajv.addKeyword({ keyword: COUNTED, schemaType: "boolean", validate: countStep, errors: false });
  return ajv;
};

/** Built on first use: most cold starts need one of them, some none. */
type Instances = { draft07?: Ajv; draft2019?: Ajv2019; draft2020?: Ajv2020 };
const instances: Record<Looking, Instances> = { every: {}, first: {} };

export const instanceFor = (draft: Draft, looking: Looking = "every"): Ajv | Ajv2019 | Ajv2020 => {
  const made = instances[looking];
  const options = { ...OPTIONS, allErrors: looking === "every" };
  switch (draft) {
    case "2020-12":
      made.draft2020 ??= prepare(new Ajv2020(options), looking);
      return made.draft2020;
    case "2019-09":
      made.draft2019 ??= prepare(new Ajv2019(options), looking);
      return made.draft2019;
    case "draft-07":
    case "draft-06":
    case "draft-04":
      made.draft07 ??= prepare(new Ajv(options), looking);
      return made.draft07;
  }
};

/** Keywords that make trying a schema a step. A property may be called so too: what holds schemas under names is no schema. */
const TRIED = ["$ref", "type", "pattern", "anyOf", "oneOf", "allOf", "enum"] as const;

/**
 * A copy of a plain schema in which every schema ends the check beyond the faults that are listed, and every alternative
 * and every reference is counted.
 */
const guardedSchema = (plain: JsonObject): JsonObject => {
  const root = structuredClone(plain);
  for (const schema of everySchemaReached(root)) {
    const isTried = TRIED.some((name) => Object.hasOwn(schema, name));
    Object.assign(schema, { [BOUNDED]: true }, isTried && schema !== root ? { [COUNTED]: true } : {});
  }
  return root;
};

/** Compiled schemas by their text, so that a hash somebody else computed is never trusted. Oldest out first. */
const MAX_COMPILED = 256;
const compiled = { every: new Map<string, ValidateFunction>(), first: new Map<string, ValidateFunction>() };
/** The same by the schema itself, which nobody changes: a contract's is asked for by every step that calls its tool. */
const compiledFrom = {
  every: new WeakMap<JsonObject, ValidateFunction>(),
  first: new WeakMap<JsonObject, ValidateFunction>(),
};

/**
 * Compiles a schema, or says everything that keeps it from being one, each with its place. The function that checks
 * throws `CheckCutOff` and `TooManyFaults`.
 */
export const compileSchema = (
  schema: JsonObject,
  looking: Looking = "every",
): Result<ValidateFunction, SchemaFault[]> => {
  const asked = compiledFrom[looking].get(schema);
  if (asked !== undefined) return accept(asked);
  const made = compileText(schema, looking);
  if (made.ok) compiledFrom[looking].set(schema, made.value);
  return made;
};

const compileText = (schema: JsonObject, looking: Looking): Result<ValidateFunction, SchemaFault[]> => {
  const text = JSON.stringify(schema);
  const kept = compiled[looking];
  const known = kept.get(text);
  if (known !== undefined) return accept(known);
  const plain = plainSchema(schema);
  if (!plain.ok) return plain;
  const made = compile(plain.value, looking);
  if (!made.ok) return made;
  const oldest = kept.keys().next();
  if (kept.size >= MAX_COMPILED && oldest.done !== true) kept.delete(oldest.value);
  kept.set(text, made.value);
  return made;
};

/**
 * The faults that keep a schema from being one, without compiling it, which takes ten times as long: for many that are
 * only read now, and are compiled when each is registered.
 */
export const faultsOfSchema = (schema: JsonObject): SchemaFault[] => {
  const plain = plainSchema(schema);
  return plain.ok ? faultsOfPlain(plain.value) : plain.refusal;
};

const faultsOfPlain = ({ schema, draft }: PlainSchema): SchemaFault[] => {
  const ajv = instanceFor(draft);
  return ajv.validateSchema(schema) === true ? patternFaults(schema) : schemaFaults(ajv.errors ?? []);
};

const compile = (plain: PlainSchema, looking: Looking): Result<ValidateFunction, SchemaFault[]> => {
  const { schema, draft } = plain;
  const ajv = instanceFor(draft, looking);
  const faults = faultsOfPlain(plain);
  if (faults.length > 0) return refuse(faults);
  const nameless = guardedSchema(schema);
  try {
    return accept(ajv.compile(nameless));
  } catch (error) {
    // ajv throws plain errors for everything that is wrong with a schema.
    if (!(error instanceof Error)) throw error;
    return refuse([{ at: "", message: error instanceof RangeError ? "refers to itself without end" : error.message }]);
  } finally {
    ajv.removeSchema(nameless);
  }
};

/** Regular expressions that are none, each by its place: `pattern`, and the names of `patternProperties`. */
const patternFaults = (root: JsonObject): SchemaFault[] =>
  [...everySchema(root)].flatMap(({ schema: { pattern, patternProperties }, at }) => {
    const named = isJsonObject(patternProperties) ? Object.keys(patternProperties) : [];
    const here = pointerTo(at, "patternProperties");
    return [
      ...(typeof pattern === "string" ? patternFault(pattern, pointerTo(at, "pattern")) : []),
      ...named.flatMap((name) => patternFault(name, pointerTo(here, name))),
    ];
  });

const patternFault = (pattern: string, at: string): SchemaFault[] => {
  const made = guardedPattern(pattern);
  return made.ok ? [] : [{ at, message: `pattern ${quoted(pattern)} ${made.refusal}` }];
};

const TYPES = ["string", "number", "integer", "boolean", "object", "array", "null"];

/** The findings of a meta-schema, once for each place: it says of one wrong word what it is not, many times over. */
const schemaFaults = (errors: readonly ErrorObject[]): SchemaFault[] => {
  const places = new Map<string, string>();
  for (const error of errors) {
    if (!places.has(error.instancePath)) places.set(error.instancePath, faultInWords(error));
  }
  const found = [...places].map(([at, message]) => ({ at, message }));
  // A wrong part makes everything around it wrong.
  const deepest = found.filter(({ at }) => !found.some((other) => other.at !== at && other.at.startsWith(`${at}/`)));
  return deepest.length > 0 ? deepest : [{ at: "", message: "is no schema" }];
};

const faultInWords = ({ instancePath, data, message, keyword }: ErrorObject): string => {
  if (typeof data === "string" && instancePath.endsWith("/type")) {
    return `${quoted(data)} is no type${didYouMean(data, TYPES) || `; there are ${TYPES.join(", ")}`}`;
  }
  return message ?? `fails ${keyword}`;
};
