import { canonicalJson } from "../plan/digest.ts";
import type { Json, JsonObject } from "../plan/json.ts";
import { plainSchema } from "./schema/plain-schema.ts";
import {
  admits,
  itemSchemas,
  objectsIn,
  ownValue,
  partsOf,
  propertySchemas,
  type Speaking,
  speakingOf,
} from "./schema/schemas-of-value.ts";

/**
 * Arguments as their schema means them, for comparing calls: a property that says what its `default` says anyway is
 * left out, and an array whose items are `uniqueItems` is sorted. So one mail without `cc` and one with `cc: null`,
 * where that is the default, are one call. Defaults are taken away rather than put in, so that a contract that gains
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
  const found = anyKey(schema, (key) => key === "default" || key === "uniqueItems");
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

const canonicalArray = (root: JsonObject, schemas: Speaking, value: readonly Json[]): Json[] => {
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
  return items
    .map((item) => ({ item, text: canonicalJson(item) }))
    .sort((one, other) => (one.text < other.text ? -1 : one.text > other.text ? 1 : 0))
    .map(({ item }) => item);
};

const canonicalObject = (root: JsonObject, schemas: Speaking, value: JsonObject): JsonObject => {
  const { surely, perhaps } = speakingOf(root, schemas, value);
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, each]): [string, Json][] => {
      const own: Speaking = {
        surely: surely.flatMap((schema) => propertySchemas(schema, name)),
        perhaps: perhaps.flatMap((schema) => propertySchemas(schema, name)),
      };
      const canonical = canonicalValue(root, own, each);
      return isDefault(root, own, canonical) ? [] : [[name, canonical]];
    }),
  );
};

const isDefault = (root: JsonObject, schemas: Speaking, value: Json): boolean => {
  const textsOf = (said: readonly JsonObject[]): string[] =>
    said.flatMap((schema) => defaultOf(root, schema)).map((each) => canonicalJson(canonicalValue(root, schemas, each)));
  const sure = textsOf(schemas.surely);
  const text = canonicalJson(value);
  // Schemas that differ on it say nothing.
  return sure.length > 0 && [...sure, ...textsOf(schemas.perhaps)].every((each) => each === text);
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
    if (ownValue(part, "uniqueItems") === true) return true;
    return ["anyOf", "oneOf"].some((keyword) => {
      const arrays = objectsIn(ownValue(part, keyword)).filter((branch) =>
        partsOf(root, branch).every((each) => admits(each, "array")),
      );
      return arrays.length > 0 && arrays.every((branch) => isSet(root, branch, known));
    });
  });
  known.set(schema, found);
  return found;
};
