import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { pointerTo, valueAt } from "../../plan/json-pointer.ts";

/** Keywords that hold one schema; `items` may hold a list of them, and `dependencies` names as well. */
const ONE = new Set([
  "additionalItems",
  "additionalProperties",
  "contains",
  "contentSchema",
  "else",
  "if",
  "items",
  "not",
  "propertyNames",
  "then",
  "unevaluatedItems",
  "unevaluatedProperties",
]);
const LISTS = new Set(["allOf", "anyOf", "items", "oneOf", "prefixItems"]);
const NAMED = new Set(["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"]);

/** A schema and where it stands, as a JSON Pointer into the whole. */
export type Placed = { readonly schema: JsonObject; readonly at: string };

/** The schemas that stand directly in one; `true` and `false` are left out. */
export const subschemas = ({ schema, at }: Placed): Placed[] => {
  const found: Placed[] = [];
  const add = (value: Json, here: string): void => {
    if (isJsonObject(value)) found.push({ schema: value, at: here });
  };
  for (const [keyword, value] of Object.entries(schema)) {
    if (typeof value !== "object" || value === null) continue;
    const here = `${at}/${keyword}`;
    if (Array.isArray(value)) {
      if (LISTS.has(keyword)) for (const [index, item] of value.entries()) add(item, `${here}/${index}`);
    } else if (NAMED.has(keyword)) {
      for (const [name, item] of Object.entries(value)) add(item, pointerTo(here, name));
    } else if (ONE.has(keyword)) add(value, here);
  }
  return found;
};

/** Every schema in a schema, itself first. Looks only where schemas stand: a property may be called like a keyword. */
export function* everySchema(root: JsonObject, at = ""): Generator<Placed> {
  const open: Placed[] = [{ schema: root, at }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    open.push(...subschemas(next).reverse());
  }
}

/** Every schema in a plain schema, those that only a reference leads to among them: it may lead to where no keyword holds one. */
export const everySchemaReached = (root: JsonObject): ReadonlySet<JsonObject> => {
  const open: JsonObject[] = [root];
  const seen = new Set<JsonObject>();
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const { schema } of everySchema(next)) {
      if (seen.has(schema)) continue;
      seen.add(schema);
      const target =
        typeof schema.$ref === "string" ? valueAt(root, decodeURIComponent(schema.$ref.slice(1))) : undefined;
      if (isJsonObject(target) && !seen.has(target)) open.push(target);
    }
  }
  return seen;
};
