import { isJsonObject, type Json, type JsonObject } from "../plan/json.ts";
import { pointerTo } from "../plan/json-pointer.ts";
import { quoted } from "../plan/suggestion.ts";
import type { Violation } from "../plan/violation.ts";

/** Real tools' schemas are a few KiB; a schema is compiled to code, so size is time and memory at every cold start. */
export const MAX_SCHEMA_BYTES = 65_536;

const META_SCHEMAS: Record<string, "draft-07" | "2020-12"> = {
  "http://json-schema.org/draft-07/schema": "draft-07",
  "https://json-schema.org/draft/2020-12/schema": "2020-12",
};

/** The draft a schema is written in; 2020-12 where it does not say, undefined where it is neither. */
export const draftOf = (schema: JsonObject): "draft-07" | "2020-12" | undefined => {
  const named = schema.$schema;
  if (named === undefined) return "2020-12";
  return typeof named === "string" ? META_SCHEMAS[named.replace(/#$/, "")] : undefined;
};

/** `$ref` and `$dynamicRef` stay inside the schema: nothing is fetched, and nothing changes behind a content hash. */
const isRemote = (key: string, value: Json): boolean =>
  (key === "$ref" || key === "$dynamicRef" || key === "$recursiveRef") &&
  typeof value === "string" &&
  !value.startsWith("#");

const keywordFaults = (key: string, value: Json, path: string): Violation[] => {
  if (!isRemote(key, value)) return [];
  const message = `${key} ${quoted(String(value))} points outside the schema; copy it into $defs and use "#/$defs/..."`;
  return [{ path, rule: "remote_ref", message }];
};

const walk = (value: Json, path: string): Violation[] => {
  if (Array.isArray(value)) return value.flatMap((item, index) => walk(item, pointerTo(path, index)));
  if (!isJsonObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => {
    const at = pointerTo(path, key);
    return [...keywordFaults(key, item, at), ...walk(item, at)];
  });
};

/** What is refused in a schema before anything compiles it. Arguments are an object; an output may be anything. */
export const schemaLimitViolations = (
  schema: JsonObject,
  at: string,
  describes: "arguments" | "output" = "arguments",
): Violation[] => {
  const bytes = Buffer.byteLength(JSON.stringify(schema));
  if (bytes > MAX_SCHEMA_BYTES)
    return [
      { path: at, rule: "schema_too_large", message: `has ${bytes} bytes; at most ${MAX_SCHEMA_BYTES} are allowed` },
    ];
  if (draftOf(schema) === undefined)
    return [
      {
        path: pointerTo(at, "$schema"),
        rule: "schema_draft",
        message: "must be draft-07 or 2020-12; leave it out for 2020-12",
      },
    ];
  if (describes === "arguments" && schema.type !== undefined && schema.type !== "object")
    return [
      {
        path: pointerTo(at, "type"),
        rule: "schema_not_object",
        message: 'must be "object": arguments are always an object',
      },
    ];
  if (schema.$async !== undefined)
    return [{ path: pointerTo(at, "$async"), rule: "schema_async", message: "is not supported; leave it out" }];
  return walk(schema, at);
};
