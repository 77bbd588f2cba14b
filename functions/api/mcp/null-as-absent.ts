import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";

/**
 * Libraries that make a class of a tool's schema write null for whatever a model leaves out, and those that ask for every
 * field have nothing else to write: so a field that may be left out may be null as well. But for a confidence: null is what
 * a number that is none becomes in JSON, and it would be taken for the agent's usual one.
 */
const NEVER_NULL = new Set(["confidence"]);

/** The schema of an input, as it is listed. */
export const listedSchema = (schema: JsonObject): JsonObject => {
  const { properties, items, anyOf } = schema;
  return {
    ...schema,
    ...(isJsonObject(properties) ? { properties: listedProperties(schema, properties) } : {}),
    ...(isJsonObject(items) ? { items: listedSchema(items) } : {}),
    ...(isList(anyOf) ? { anyOf: anyOf.map((each) => (isJsonObject(each) ? listedSchema(each) : each)) } : {}),
  };
};

/** An input without the fields that are null and may be left out; null where its schema has a meaning of its own for it stays. */
export const withoutNulls = (value: unknown, schema: Json | undefined): unknown => {
  if (!isJsonObject(schema)) return value;
  if (Array.isArray(value)) return value.map((each) => withoutNulls(each, schema.items));
  const described = [schema, ...(isList(schema.anyOf) ? schema.anyOf : [])].find(hasProperties);
  if (typeof value !== "object" || value === null || described === undefined) return value;
  const said = Object.entries(value).filter(([name, each]) => each !== null || !isAbsentAsNull(described, name));
  return Object.fromEntries(said.map(([name, each]) => [name, withoutNulls(each, propertyOf(described, name))]));
};

const listedProperties = (schema: JsonObject, properties: JsonObject): JsonObject =>
  Object.fromEntries(
    Object.entries(properties).map(([name, property]) => {
      if (!isJsonObject(property)) return [name, property];
      const listed = listedSchema(property);
      return [name, isAbsentAsNull(schema, name) ? orNull(listed) : listed];
    }),
  );

const orNull = ({ description, default: usual, ...schema }: JsonObject): JsonObject => ({
  ...(description === undefined ? {} : { description }),
  ...(usual === undefined ? {} : { default: usual }),
  anyOf: [schema, { type: "null" }],
});

const isAbsentAsNull = (schema: JsonObject, name: string): boolean => {
  const property = propertyOf(schema, name);
  const isRequired = isList(schema.required) && schema.required.includes(name);
  return property !== undefined && !isRequired && !NEVER_NULL.has(name) && !takesNull(property);
};

const propertyOf = ({ properties }: JsonObject, name: string): Json | undefined =>
  isJsonObject(properties) && Object.hasOwn(properties, name) ? properties[name] : undefined;

const takesNull = (schema: Json): boolean =>
  isJsonObject(schema) &&
  isList(schema.anyOf) &&
  schema.anyOf.some((each) => isJsonObject(each) && each.type === "null");

const hasProperties = (schema: Json): schema is JsonObject => isJsonObject(schema) && isJsonObject(schema.properties);

const isList = (value: Json | undefined): value is Json[] => Array.isArray(value);
