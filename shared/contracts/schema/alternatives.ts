import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { tokensOf, valueAtTokens } from "../../plan/json-pointer.ts";

/** More ways to read a schema than these are not tried. */
export const MOST_ALTERNATIVES = 12;

/**
 * The meanings that a schema may have, each as one schema without references and choices: what it says itself, what it
 * refers to and all of `allOf` at once, with one of each `anyOf` and `oneOf`. References are pointers from `root`.
 */
export const alternativesOf = (root: JsonObject, schema: Json, depth = 0): JsonObject[] => {
  if (schema === true) return [{}];
  if (!isJsonObject(schema) || depth > 16) return [];
  const { $ref, allOf, anyOf, oneOf, ...own } = schema;
  let found: JsonObject[] = [own];
  const and = (others: readonly JsonObject[]) => {
    found = found.flatMap((one) => others.map((other) => merged(one, other))).slice(0, MOST_ALTERNATIVES);
  };
  if (typeof $ref === "string") {
    const target = valueAtTokens(root, tokensOf(decodeURIComponent($ref.slice(1))));
    and(target === undefined ? [] : alternativesOf(root, target, depth + 1));
  }
  for (const each of Array.isArray(allOf) ? allOf : []) and(alternativesOf(root, each, depth + 1));
  for (const choice of [anyOf, oneOf]) {
    if (Array.isArray(choice)) and(choice.flatMap((branch) => alternativesOf(root, branch, depth + 1)));
  }
  return found;
};

const typesOf = ({ type }: JsonObject): Json[] | undefined =>
  type === undefined ? undefined : Array.isArray(type) ? type : [type];

const isWithin = (type: Json, types: readonly Json[]): boolean =>
  types.includes(type) || (type === "integer" && types.includes("number"));

const commonTypes = (one: JsonObject, other: JsonObject): JsonObject => {
  const [mine, theirs] = [typesOf(one), typesOf(other)];
  if (mine === undefined || theirs === undefined) return {};
  return {
    type: [
      ...mine.filter((type) => isWithin(type, theirs)),
      ...theirs.filter((type) => !mine.includes(type) && isWithin(type, mine)),
    ],
  };
};

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** Both at once: the stricter of limits, what both name of properties, each of which must then be both. */
const merged = (one: JsonObject, other: JsonObject): JsonObject => {
  const made: JsonObject = { ...other, ...one, ...commonTypes(one, other) };
  for (const [name, stricter] of LIMITS) {
    const [mine, theirs] = [one[name], other[name]];
    if (typeof mine === "number" && typeof theirs === "number") made[name] = stricter(mine, theirs);
  }
  const required = [...new Set([...listOf(one.required), ...listOf(other.required)])];
  if (required.length > 0) made.required = required;
  if (typeof one.pattern === "string" && typeof other.pattern === "string") {
    made.patterns = [...listOf(one.patterns), ...listOf(other.patterns), one.pattern, other.pattern];
  }
  if (Array.isArray(one.enum) && Array.isArray(other.enum)) {
    const theirs = new Set(other.enum.map((value) => JSON.stringify(value)));
    made.enum = one.enum.filter((value) => theirs.has(JSON.stringify(value)));
  }
  const [mine, theirs] = [one.properties, other.properties];
  if (isJsonObject(mine) && isJsonObject(theirs)) made.properties = bothNamed(mine, theirs);
  if (one.items !== undefined && other.items !== undefined) made.items = { allOf: [one.items, other.items] };
  return made;
};

const bothNamed = (mine: JsonObject, theirs: JsonObject): JsonObject => ({
  ...theirs,
  ...Object.fromEntries(
    Object.entries(mine).map(([name, schema]): [string, Json] => {
      const other = theirs[name];
      return [name, other === undefined ? schema : { allOf: [schema, other] }];
    }),
  ),
});

const LIMITS: readonly (readonly [string, (one: number, other: number) => number])[] = [
  ["minimum", Math.max],
  ["exclusiveMinimum", Math.max],
  ["minLength", Math.max],
  ["minItems", Math.max],
  ["minProperties", Math.max],
  ["maximum", Math.min],
  ["exclusiveMaximum", Math.min],
  ["maxLength", Math.min],
  ["maxItems", Math.min],
];
