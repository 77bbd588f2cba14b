import { canonicalJson } from "../plan/digest.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import { plainSchema } from "./schema/plain-schema.ts";
import {
  admits,
  itemSchemas,
  namedSchemas,
  objectsIn,
  ownValue,
  partsOf,
  propertySchemas,
  type Speaking,
  speakingOf,
} from "./schema/schemas-of-value.ts";
import { SET } from "./schema/set.ts";

/**
 * Arguments as their schema means them, for comparing calls: a property that says what its `default` says anyway is
 * left out, where `properties` names it (one that only patterns or `additionalProperties` speak of is there because
 * somebody gave it), and a set (an array whose items are `uniqueItems`, or one that is `x-buddy-set` and may name an item twice)
 * is sorted, each item once. So one mail without `cc` and one with `cc: null`, where that is the default, are one call.
 * Where a schema takes one thing or a set of such things, the set of one is that thing. A list in order is not the thing
 * that it holds: a command's text is read by a shell, the list of one text is the name of a program. Defaults are taken away rather than put in, so that a contract that gains
 * an optional argument still knows the calls that were made before. A value that the schema does not describe stays as
 * it is. A schema that holds under a condition (`if`, `then`, `else`) makes no two calls alike: whether it holds may
 * turn on a default that is left out, so it only takes a default away from others, where it gives another.
 *
 * Linear in arguments times the schemas that speak about each value; the arguments themselves where the schema has
 * neither defaults nor sets.
 */
export const canonicalArguments = (input_schema: JsonObject, args: JsonObject): JsonObject =>
  mentions(input_schema) ? canonicalBy(plainOf(input_schema), args) : args;

const canonicalBy = (schema: JsonObject, args: JsonObject): JsonObject =>
  canonicalObject(schema, { surely: [schema], perhaps: [] }, args);

/** Its references as pointers. A schema that has none of that form was not taken as a contract's. */
const plainOf = (schema: JsonObject): JsonObject => {
  const plain = plainSchema(schema);
  return plain.ok ? plain.value.schema : schema;
};

const mentioned = new WeakMap<JsonObject, boolean>();

const mentions = (schema: JsonObject): boolean => {
  const known = mentioned.get(schema);
  if (known !== undefined) return known;
  const found = anyKey(schema, (key) => key === "default" || key === "uniqueItems" || key === SET);
  mentioned.set(schema, found);
  return found;
};

const anyKey = (value: Json, holds: (key: string) => boolean): boolean => {
  const open: Json[] = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (typeof next !== "object" || next === null) continue;
    if (!Array.isArray(next) && Object.keys(next).some(holds)) return true;
    for (const each of Object.values(next)) open.push(each);
  }
  return false;
};

const canonicalValue = (root: JsonObject, schemas: Speaking, value: Json): Json => {
  if (typeof value !== "object" || value === null || schemas.surely.length === 0) return value;
  return Array.isArray(value) ? canonicalArray(root, schemas, value) : canonicalObject(root, schemas, value);
};

const canonicalArray = (root: JsonObject, schemas: Speaking, value: readonly Json[]): Json => {
  const { surely, perhaps } = speakingOf(root, schemas, [...value]);
  const items = value.map((item, index) =>
    canonicalValue(
      root,
      {
        surely: surely.flatMap((schema) => itemSchemas(schema, index)),
        perhaps: perhaps.flatMap((schema) => itemSchemas(schema, index)),
      },
      item,
    ),
  );
  if (!schemas.surely.some((schema) => isSet(root, schema))) return items;
  const texts = new Map(items.map((item) => [canonicalJson(item), item]));
  const sorted = [...texts].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, item]) => item);
  const [only, ...others] = sorted;
  return only !== undefined && others.length === 0 && isOfferedAlone(root, surely) ? only : sorted;
};

/** Whether an alternative to the set is one item of it, by the very same schema: `"all"` beside a set of names is none. */
const isOfferedAlone = (root: JsonObject, surely: readonly JsonObject[]): boolean => {
  const alternatives = surely.flatMap((schema) => ALTERNATIVES.flatMap((word) => objectsIn(ownValue(schema, word))));
  const alone = alternatives.filter((branch) => partsOf(root, branch).some((part) => !admits(part, "array")));
  const items = surely.flatMap((schema) => itemSchemas(schema, 0));
  const offered = new Set(alone.map((branch) => textOf(root, branch)));
  return items.length > 0 && items.every((each) => offered.has(textOf(root, each)));
};

const ALTERNATIVES = ["anyOf", "oneOf"] as const;

/** A schema without what it says to readers only, and what it refers to where it says nothing else. */
const textOf = (root: JsonObject, schema: JsonObject): string => {
  let said = saidBy(schema);
  for (const part of partsOf(root, schema)) {
    if (Object.keys(said).join() === "$ref") said = saidBy(part);
  }
  return canonicalJson(said);
};

const FOR_READERS = ["title", "description", "examples", "$comment", "deprecated"];
const saidBy = (schema: JsonObject): JsonObject =>
  Object.fromEntries(Object.entries(schema).filter(([key]) => !FOR_READERS.includes(key)));

const canonicalObject = (root: JsonObject, schemas: Speaking, value: JsonObject): JsonObject => {
  const { surely, perhaps } = speakingOf(root, schemas, value);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]): [string, Json][] => {
      const own: Speaking = {
        surely: surely.flatMap((schema) => propertySchemas(schema, name)),
        perhaps: perhaps.flatMap((schema) => propertySchemas(schema, name)),
      };
      const canonical = canonicalValue(root, own, each);
      const named = surely.flatMap((schema) => namedSchemas(schema, name));
      return isDefault(root, named, own, canonical) ? [] : [[name, canonical]];
    }),
  );
};

const isDefault = (root: JsonObject, named: readonly JsonObject[], schemas: Speaking, value: Json): boolean => {
  const textsOf = (said: readonly JsonObject[]): string[] =>
    said.flatMap((schema) => defaultOf(root, schema)).map((each) => canonicalJson(canonicalValue(root, schemas, each)));
  const text = canonicalJson(value);
  // Schemas that differ on it say nothing.
  return (
    textsOf(named).length > 0 &&
    [...textsOf(schemas.surely), ...textsOf(schemas.perhaps)].every((each) => each === text)
  );
};

/** The outermost says it: a reference may be given another default than what it refers to has. */
const defaultOf = (root: JsonObject, schema: JsonObject): Json[] => {
  for (const part of partsOf(root, schema)) {
    const found = ownValue(part, "default");
    if (found !== undefined) return [found];
  }
  return [];
};

/** Said of it in any case, or by each alternative that may be an array. A schema that is being looked at says nothing. */
const isSet = (root: JsonObject, schema: JsonObject, known = new Map<JsonObject, boolean>()): boolean => {
  const answer = known.get(schema);
  if (answer !== undefined) return answer;
  known.set(schema, false);
  const found = partsOf(root, schema).some((part) => {
    if (ownValue(part, "uniqueItems") === true || ownValue(part, SET) === true) return true;
    return ALTERNATIVES.some((keyword) => {
      const arrays = objectsIn(ownValue(part, keyword)).filter((branch) =>
        partsOf(root, branch).every((each) => admits(each, "array")),
      );
      return arrays.length > 0 && arrays.every((branch) => isSet(root, branch, known));
    });
  });
  known.set(schema, found);
  return found;
};
