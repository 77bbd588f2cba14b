import type { Reader } from "../../../shared/contracts/schema/alternatives.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import type { MockSeed } from "../mock-seed.ts";
import { madeUpNumber } from "./made-up-number.ts";
import { madeUpText, nearestText, textsOf } from "./made-up-text.ts";
import { conditionalUnder, schemaUnder } from "./schema-under-name.ts";
import { BOUNDS, fitsAlone, statedIn } from "./stated-values.ts";

export type Making = {
  /** Reads the schemas of the document that their references point into. */
  readonly read: Reader;
  readonly seed: MockSeed;
  /** Which of several ways to read a schema is tried first: 0 the first. */
  readonly turn: number;
  /** Also what is not required. */
  readonly generous: boolean;
  /** The nearest value stands where nothing that fits is found: a required one is there in any case. */
  readonly roughly?: boolean;
  /** How much more may be made up, in characters: a schema may ask for more than anybody has time or memory for. */
  readonly room: { left: number };
};

/** An example is for people to look at: some thousand values, or one long text. */
export const roomForOne = (): Making["room"] => ({ left: 100_000 });
/** A value takes as much of the room, found or not, beside its text. */
const A_VALUE = 10;

/** Deeper, only what is required is filled in; deeper still, nothing is. */
const GENEROUS_DEPTH = 4;
const DEEPEST = 12;

/** A plausible value of a schema, called `name` where it stands; undefined where none was found. */
export const madeUpValue = (making: Making, name: string, schema: Json, depth = 0): Json | undefined => {
  making.room.left -= A_VALUE;
  if (depth > DEEPEST || making.room.left < 0) return undefined;
  const alternatives = making.read([schema]).as;
  const ordered = alternatives.map((_, index) => alternatives[(index + making.turn) % alternatives.length] ?? {});
  for (const alternative of ordered.sort((one, other) => Number(isNull(one)) - Number(isNull(other)))) {
    const value = valueBy(making, name, alternative, depth);
    if (value !== undefined) return value;
  }
  return undefined;
};

/** Nothing is the last thing to make up. */
const isNull = ({ type }: JsonObject): boolean => type === "null";

const typeToMake = (schema: JsonObject): Json | undefined => {
  const types = Array.isArray(schema.type) ? schema.type : schema.type === undefined ? [] : [schema.type];
  if (types.length > 0) return types.find((type) => type !== "null") ?? "null";
  if (schema.properties !== undefined || schema.required !== undefined) return "object";
  if (schema.items !== undefined || schema.prefixItems !== undefined) return "array";
  if ([...BOUNDS, "multipleOf"].some((keyword) => schema[keyword] !== undefined)) return "number";
  return "string";
};

const valueBy = (making: Making, name: string, schema: JsonObject, depth: number): Json | undefined => {
  const given = statedIn(schema);
  const fitting = given.find((value) => fitsAlone(schema, value));
  if (fitting !== undefined) return fitting;
  if (schema.enum !== undefined || schema.const !== undefined) return making.roughly ? given[0] : undefined;
  switch (typeToMake(schema)) {
    case "string":
      return (
        madeUpText(name, schema, making.seed, making.room) ??
        (making.roughly ? nearestText(name, schema, making.seed) : undefined)
      );
    case "integer":
      return madeUpNumber(name, schema, making.seed, true);
    case "number":
      return madeUpNumber(name, schema, making.seed, false);
    case "boolean":
      return making.seed.number(name, 2) === 1;
    case "array":
      return arrayOf(making, name, schema, depth);
    case "object":
      return objectOf(making, schema, depth);
    case "null":
      return null;
    default:
      return undefined;
  }
};

const arrayOf = (making: Making, name: string, schema: JsonObject, depth: number): Json[] | undefined => {
  const tuple = Array.isArray(schema.items)
    ? schema.items
    : Array.isArray(schema.prefixItems)
      ? schema.prefixItems
      : [];
  const rest = Array.isArray(schema.items) ? schema.additionalItems : schema.items;
  const contained = isJsonObject(schema.contains) ? Number(schema.minContains ?? 1) : 0;
  const least = Math.max(Number(schema.minItems ?? 0), contained);
  const most = Number(schema.maxItems ?? Number.POSITIVE_INFINITY);
  // One item shows what the others look like, and is what later steps refer to.
  const wished = making.generous && depth < GENEROUS_DEPTH && isJsonObject(rest) ? 1 : 0;
  const length = Math.min(most, Math.max(least, tuple.length, wished));
  if (length * A_VALUE > making.room.left) return making.roughly ? [] : undefined;
  const items: Json[] = [];
  const taken = new Set<string>();
  for (let index = 0; items.length < length && index < length + 20; index += 1) {
    const plain = tuple[items.length] ?? rest ?? {};
    const each = items.length < contained ? { allOf: [schema.contains ?? {}, plain] } : plain;
    const turned = { ...making, turn: making.turn + index };
    const item = unlike(taken, schema, turned, index === 0 ? name : `${name}${index}`, each, depth);
    if (item === undefined) continue;
    items.push(item);
    if (schema.uniqueItems === true) taken.add(JSON.stringify(item));
  }
  return items.length >= Math.min(least, length) || making.roughly ? items : undefined;
};

const unlike = (
  taken: ReadonlySet<string>,
  { uniqueItems }: JsonObject,
  making: Making,
  name: string,
  schema: Json,
  depth: number,
): Json | undefined => {
  const made = madeUpValue(making, name, schema, depth + 1);
  if (uniqueItems !== true || made === undefined) return made;
  const choices = isJsonObject(schema) && Array.isArray(schema.enum) ? schema.enum : [made];
  return choices.find((choice) => !taken.has(JSON.stringify(choice)));
};

/**
 * A value for a name that an object lacks, as a schema around it asks under a condition; undefined where none was found.
 * Of what several conditions say of it, each turn heeds another.
 */
export const madeUpUnder = (making: Making, schema: JsonObject, name: string): Json | undefined => {
  const conditional = conditionalUnder(schema, name);
  const heeded = conditional[making.turn % Math.max(1, conditional.length)];
  return making
    .read([schema])
    .as.flatMap((each): Json[] => {
      const plain = schemaUnder(each, name);
      return heeded === undefined ? [plain] : [{ allOf: [plain, heeded] }, heeded, plain];
    })
    .map((each) => madeUpValue(making, name, each, 1))
    .find((value) => value !== undefined);
};

/** As many names are tried for what nothing names. */
const MOST_NAMES = 100;

/** Names for what nothing names, of the forms that names have or have to have. */
function* namesFor(making: Making, { propertyNames, patternProperties }: JsonObject): Generator<string> {
  for (let index = 1; index <= MOST_NAMES; index += 1) {
    const name = `key_${index}`;
    const made = isJsonObject(propertyNames)
      ? madeUpValue(making, name, { type: "string", ...propertyNames }, DEEPEST)
      : name;
    if (typeof made === "string") yield made;
  }
  const forms = isJsonObject(propertyNames) && typeof propertyNames.pattern === "string" ? [propertyNames.pattern] : [];
  for (const form of [...forms, ...(isJsonObject(patternProperties) ? Object.keys(patternProperties) : [])])
    yield* textsOf(form, making.room);
}

const objectOf = (making: Making, schema: JsonObject, depth: number): JsonObject | undefined => {
  const properties = isJsonObject(schema.properties) ? schema.properties : {};
  const required = (Array.isArray(schema.required) ? schema.required : []).filter((name) => typeof name === "string");
  const wished = making.generous && depth < GENEROUS_DEPTH ? Object.keys(properties) : [];
  const made: JsonObject = {};
  for (const name of new Set([...required, ...wished])) {
    const value = madeUpValue(making, name, schemaUnder(schema, name), depth + 1);
    if (value !== undefined) made[name] = value;
    else if (required.includes(name) && !making.roughly) return undefined;
  }
  const least = Number(schema.minProperties ?? 0);
  for (const names of [Object.keys(properties), namesFor(making, schema)]) {
    for (const name of names) {
      if (Object.keys(made).length >= least || making.room.left < 0) break;
      if (Object.hasOwn(made, name)) continue;
      const value = madeUpValue(making, name, schemaUnder(schema, name), depth + 1);
      if (value !== undefined) made[name] = value;
    }
  }
  return made;
};
