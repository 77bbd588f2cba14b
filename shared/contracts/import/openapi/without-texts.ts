import { isJsonObject, type Json } from "../../../plan/json.ts";

/** Keywords whose value is data, not a schema. */
export const DATA: ReadonlySet<string> = new Set(["const", "enum", "default"]);
/** Keywords whose names are those of properties or parts, which may be called like a keyword. */
export const NAMED: ReadonlySet<string> = new Set([
  "properties",
  "patternProperties",
  "$defs",
  "definitions",
  "dependentSchemas",
]);
const TEXTS: ReadonlySet<string> = new Set(["title", "description", "$comment"]);

const eachOf = (map: Json): Json =>
  isJsonObject(map)
    ? Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, withoutTexts(schema)]))
    : map;

/** A schema without the words in it that people read: it checks the same. */
export const withoutTexts = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map(withoutTexts);
  if (!isJsonObject(schema)) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword, value]) => !TEXTS.has(keyword) || typeof value !== "string")
      .map(([keyword, value]) => [
        keyword,
        DATA.has(keyword) ? value : NAMED.has(keyword) ? eachOf(value) : withoutTexts(value),
      ]),
  );
};
