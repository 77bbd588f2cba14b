import { z } from "zod";
import { isJsonObject, type Json, type JsonObject } from "./json-value.ts";

export { isJsonObject, type Json, type JsonObject } from "./json-value.ts";

/**
 * The values that JSON can carry, and nothing that would be lost or mean something else when it is written and read
 * again.
 */
const isJson = (value: unknown): value is Json => {
  switch (typeof value) {
    case "string":
    case "boolean":
      return true;
    case "number":
      return Number.isFinite(value);
    case "object":
      if (value === null) return true;
      if (Array.isArray(value)) return value.every(isJson);
      return isPlain(value) && !Object.hasOwn(value, "__proto__") && Object.values(value).every(isJson);
    default:
      return false;
  }
};

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
};

/** The words of a value that is not JSON, or none of the kind that was asked for. */
export const NOT_JSON = { value: "must be a JSON value", object: "must be a JSON object" } as const;

/**
 * Looked at and handed on as it is, not copied: records hold JSON of any size, and a schema that describes it level by
 * level costs more than all the rest of reading them.
 */
export const json: z.ZodType<Json> = z.custom<Json>(isJson, NOT_JSON.value);
export const jsonObject: z.ZodType<JsonObject> = z
  .custom<JsonObject>((value) => isJsonObject(value) && isJson(value), NOT_JSON.object)
  .meta({ type: "object" });
