import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { type OpenApiDocument, resolved } from "./document.ts";

/** Parts of a schema in which one more schema says what a value may be. */
const PARTS = ["anyOf", "oneOf", "allOf"] as const;

/** Schemas of real parameters have a few parts; one that has more is looked at no further. */
const MOST_PARTS = 500;

/** The objects that say what a value may be: those schemas and their parts, through references. */
const partsOf = (document: OpenApiDocument, schemas: readonly (Json | undefined)[]): ReadonlySet<JsonObject> => {
  const waiting = [...schemas];
  const seen = new Set<JsonObject>();
  while (waiting.length > 0 && seen.size < MOST_PARTS) {
    const given = waiting.pop();
    const found = resolved(document.root, given);
    if (!found.ok || !isJsonObject(found.value) || seen.has(found.value)) continue;
    const part = found.value;
    seen.add(part);
    for (const name of PARTS) {
      const parts = part[name];
      if (Array.isArray(parts)) waiting.push(...parts);
    }
  }
  return seen;
};

/** Types that a value may have by any part of its schema, through references; those that its other words imply, too. */
export const typesOf = (document: OpenApiDocument, schema: Json | undefined): ReadonlySet<Json> =>
  new Set([...partsOf(document, [schema])].flatMap(impliedTypes));

/** Types that the elements of a list may have. */
export const elementTypesOf = (document: OpenApiDocument, schema: Json | undefined): ReadonlySet<Json> =>
  new Set(
    [
      ...partsOf(
        document,
        [...partsOf(document, [schema])].map(({ items }) => items),
      ),
    ].flatMap(impliedTypes),
  );

/** The properties that any part of an object's schema describes, by name. */
export const propertiesOf = (document: OpenApiDocument, schema: Json | undefined): ReadonlyMap<string, Json> =>
  new Map(
    [...partsOf(document, [schema])]
      .reverse()
      .flatMap(({ properties }) => (isJsonObject(properties) ? Object.entries(properties) : [])),
  );

/** The names that any part of an object's schema asks for. */
export const requiredOf = (document: OpenApiDocument, schema: Json | undefined): ReadonlySet<Json> =>
  new Set([...partsOf(document, [schema])].flatMap(({ required }) => (Array.isArray(required) ? required : [])));

const impliedTypes = ({ type, properties, additionalProperties, items }: JsonObject): readonly Json[] => {
  if (Array.isArray(type)) return type;
  if (type !== undefined) return [type];
  return [
    ...(properties !== undefined || isJsonObject(additionalProperties) ? ["object"] : []),
    ...(items === undefined ? [] : ["array"]),
  ];
};
