import { canonicalJson } from "../../plan/digest.ts";
import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { valueAt } from "../../plan/json-pointer.ts";
import { matchesName, NAME_STEPS } from "./place-in-schema.ts";

/** The parts of a schema that speak about one value in it, and those that do so under a condition. */
export type Speaking = { readonly surely: readonly JsonObject[]; readonly perhaps: readonly JsonObject[] };

export const ownValue = (schema: JsonObject, key: string): Json | undefined =>
  Object.hasOwn(schema, key) ? schema[key] : undefined;

export const objectsIn = (value: Json | undefined): JsonObject[] =>
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
export const speakingOf = (root: JsonObject, { surely, perhaps }: Speaking, value: Json): Speaking => {
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
export const partsOf = (root: JsonObject, schema: JsonObject): JsonObject[] => {
  const found = new Set([schema]);
  for (const each of found)
    for (const next of [...referred(root, each), ...objectsIn(ownValue(each, "allOf"))]) found.add(next);
  return [...found];
};

const typeOf = (value: Json): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

export const admits = (schema: JsonObject, type: string): boolean => {
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

/** The schema by which `properties` describes one of them, if it does. */
const namedIn = (schema: JsonObject, name: string): Json | undefined => {
  const properties = ownValue(schema, "properties");
  return isJsonObject(properties) ? ownValue(properties, name) : undefined;
};

export const namedSchemas = (schema: JsonObject, name: string): JsonObject[] => objectsIn(namedIn(schema, name));

export const propertySchemas = (schema: JsonObject, name: string): JsonObject[] => {
  const named = namedIn(schema, name);
  const patterns = ownValue(schema, "patternProperties");
  const steps = { left: NAME_STEPS };
  const matching = isJsonObject(patterns)
    ? Object.entries(patterns).flatMap(([pattern, each]) => {
        const matches = matchesName(pattern, name, steps);
        // Where it takes too long to find out, nothing is known of the value.
        return matches === undefined ? [true] : matches ? [each] : [];
      })
    : [];
  const own = named === undefined ? matching : [named, ...matching];
  return own.length === 0 ? objectsIn(ownValue(schema, "additionalProperties")) : own.flatMap(objectsIn);
};

export const itemSchemas = (schema: JsonObject, index: number): JsonObject[] => {
  const items = ownValue(schema, "items");
  // Before 2020-12 a list under `items` was what `prefixItems` is now.
  const tuple = Array.isArray(items) ? items : ownValue(schema, "prefixItems");
  const rest = Array.isArray(items) ? ownValue(schema, "additionalItems") : items;
  const place = Array.isArray(tuple) ? tuple[index] : undefined;
  return objectsIn(place ?? (isJsonObject(rest) ? rest : undefined));
};
