import { canonicalJson } from "../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../plan/json.ts";
import { valueAt } from "../plan/json-pointer.ts";
import { matchesName } from "./schema/place-in-schema.ts";
import { plainSchema } from "./schema/plain-schema.ts";

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

/** The schemas that speak about a value, and those that do under a condition. */
type Speaking = { readonly surely: readonly JsonObject[]; readonly perhaps: readonly JsonObject[] };

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

const ownValue = (schema: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(schema, key) ? schema[key] : undefined;

const objectsIn = (value: Json | undefined): JsonObject[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(isJsonObject);

/** The part of the schema that a reference inside it names. */
const referred = (root: JsonObject, schema: JsonObject): JsonObject[] => {
  const ref = ownValue(schema, "$ref");
  if (ref === "#") return [root];
  if (typeof ref !== "string" || !ref.startsWith("#/")) return [];
  const found = valueAt(root, pointerIn(ref));
  return isJsonObject(found) ? [found] : [];
};

const pointerIn = (ref: string): string => {
  try {
    return decodeURIComponent(ref.slice(1));
  } catch {
    // Not percent-encoded after all: a pointer as it stands.
    return ref.slice(1);
  }
};

/** Each with what it refers to and what it is made of, through any number of these; alternatives as far as they fit. */
const speakingOf = (root: JsonObject, { surely, perhaps }: Speaking, value: Json): Speaking => {
  const sure = madeOf(root, surely, value);
  const conditional = sure.flatMap((schema) => CONDITIONAL.flatMap((keyword) => objectsIn(ownValue(schema, keyword))));
  return { surely: sure, perhaps: madeOf(root, [...perhaps, ...conditional], value, CONDITIONAL) };
};

const CONDITIONAL = ["if", "then", "else"] as const;

const madeOf = (
  root: JsonObject,
  schemas: readonly JsonObject[],
  value: Json,
  further: readonly string[] = [],
): JsonObject[] => {
  const found = new Set(schemas);
  // A set hands out what is added while it is walked.
  for (const each of found) {
    const alternatives = [...objectsIn(ownValue(each, "anyOf")), ...objectsIn(ownValue(each, "oneOf"))];
    const fitting = alternatives.filter((branch) => mayDescribe(root, branch, value));
    const others = ["allOf", ...further].flatMap((keyword) => objectsIn(ownValue(each, keyword)));
    for (const next of [...referred(root, each), ...others, ...fitting, ...dependentOn(each, value)]) found.add(next);
  }
  return [...found];
};

/** The schemas that speak because of a property that is there; before 2019-09 under `dependencies`. */
const dependentOn = (schema: JsonObject, value: Json): JsonObject[] =>
  isJsonObject(value)
    ? ["dependentSchemas", "dependencies"].flatMap((keyword) => {
        const named = ownValue(schema, keyword);
        if (!isJsonObject(named)) return [];
        return Object.entries(named).flatMap(([name, each]) =>
          Object.hasOwn(value, name) && isJsonObject(each) ? [each] : [],
        );
      })
    : [];

/** Parts that hold in any case, through references and `allOf`. */
const partsOf = (root: JsonObject, schema: JsonObject): JsonObject[] => {
  const found = new Set([schema]);
  for (const each of found)
    for (const next of [...referred(root, each), ...objectsIn(ownValue(each, "allOf"))]) found.add(next);
  return [...found];
};

const typeOf = (value: Json): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

const admits = (schema: JsonObject, type: string): boolean => {
  const stated = ownValue(schema, "type");
  if (stated === undefined) return true;
  const types = Array.isArray(stated) ? stated : [stated];
  return types.includes(type) || (type === "number" && types.includes("integer"));
};

/** Whether an alternative can be the one that is meant: of its type, and not told apart by a constant. */
const mayDescribe = (root: JsonObject, branch: JsonObject, value: Json): boolean =>
  partsOf(root, branch).every((part) => {
    if (!admits(part, typeOf(value))) return false;
    const properties = ownValue(part, "properties");
    if (!isJsonObject(value) || !isJsonObject(properties)) return true;
    return Object.entries(properties).every(([name, property]) => {
      const told = isJsonObject(property) ? constantsOf(property) : undefined;
      const found = ownValue(value, name);
      return told === undefined || found === undefined || told.includes(canonicalJson(found));
    });
  });

const constantsOf = (schema: JsonObject): string[] | undefined => {
  const constant = ownValue(schema, "const");
  if (constant !== undefined) return [canonicalJson(constant)];
  const listed = ownValue(schema, "enum");
  return Array.isArray(listed) ? listed.map(canonicalJson) : undefined;
};

const propertySchemas = (schema: JsonObject, name: string): JsonObject[] => {
  const properties = ownValue(schema, "properties");
  const named = isJsonObject(properties) ? ownValue(properties, name) : undefined;
  const patterns = ownValue(schema, "patternProperties");
  const matching = isJsonObject(patterns)
    ? Object.entries(patterns).flatMap(([pattern, each]) => {
        const matches = matchesName(pattern, name);
        // Where it takes too long to find out, nothing is known of the value.
        return matches === undefined ? [true] : matches ? [each] : [];
      })
    : [];
  const own = named === undefined ? matching : [named, ...matching];
  return own.length === 0 ? objectsIn(ownValue(schema, "additionalProperties")) : own.flatMap(objectsIn);
};

const itemSchemas = (schema: JsonObject, index: number): JsonObject[] => {
  const items = ownValue(schema, "items");
  // Before 2020-12 a list under `items` was what `prefixItems` is now.
  const tuple = Array.isArray(items) ? items : ownValue(schema, "prefixItems");
  const rest = Array.isArray(items) ? ownValue(schema, "additionalItems") : items;
  const place = Array.isArray(tuple) ? tuple[index] : undefined;
  return objectsIn(place ?? (isJsonObject(rest) ? rest : undefined));
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
