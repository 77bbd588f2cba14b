import type { JsonObject } from "../plan/json.ts";
import { pointerTo } from "../plan/json-pointer.ts";
import type { Violation } from "../plan/violation.ts";

/** Real tools' schemas are a few KiB; a schema is compiled to code, so size is time and memory at every cold start. */
export const MAX_SCHEMA_BYTES = 65_536;

const describesObject = ({ type }: JsonObject): boolean =>
  type === undefined || type === "object" || (Array.isArray(type) && type.includes("object"));

/** Schemas that are refused before anything compiles it. Arguments are an object; an output may be anything. */
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
  if (describes === "arguments" && !describesObject(schema))
    return [
      {
        path: pointerTo(at, "type"),
        rule: "schema_not_object",
        message: 'must be "object": arguments are always an object',
      },
    ];
  if (schema.$async !== undefined)
    return [{ path: pointerTo(at, "$async"), rule: "schema_async", message: "is not supported; leave it out" }];
  return [];
};
