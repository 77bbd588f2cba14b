import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { pointerTo } from "../../plan/json-pointer.ts";

/** Keywords that hold one schema; `items` and `dependencies` hold it in other ways too. */
const ONE = [
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
];
const LISTS = ["allOf", "anyOf", "items", "oneOf", "prefixItems"];
const NAMED = ["$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties"];

/** A schema and where it stands, as a JSON Pointer into the whole. */
export type Placed = { readonly schema: JsonObject; readonly at: string };

const placed = (value: Json | undefined, at: string): Placed[] => (isJsonObject(value) ? [{ schema: value, at }] : []);

const own = (schema: JsonObject, keyword: string): Json | undefined =>
  Object.hasOwn(schema, keyword) ? schema[keyword] : undefined;

/** The schemas that stand directly in one; `true` and `false` are left out. */
export const subschemas = ({ schema, at }: Placed): Placed[] => [
  ...ONE.flatMap((keyword) => placed(own(schema, keyword), pointerTo(at, keyword))),
  ...LISTS.flatMap((keyword) => {
    const list = own(schema, keyword);
    const here = pointerTo(at, keyword);
    return Array.isArray(list) ? list.flatMap((item, index) => placed(item, pointerTo(here, index))) : [];
  }),
  ...NAMED.flatMap((keyword) => {
    const map = own(schema, keyword);
    const here = pointerTo(at, keyword);
    return isJsonObject(map) ? Object.entries(map).flatMap(([name, item]) => placed(item, pointerTo(here, name))) : [];
  }),
];

/** Every schema in a schema, itself first. Looks only where schemas stand: a property may be called like a keyword. */
export function* everySchema(root: JsonObject, at = ""): Generator<Placed> {
  const open: Placed[] = [{ schema: root, at }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    open.push(...subschemas(next).reverse());
  }
}
