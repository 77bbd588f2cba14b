import { z } from "zod";
import { isJsonObject, type Json, type JsonObject, jsonObject } from "../plan/json.ts";
import { valueAt, valueAtTokens } from "../plan/json-pointer.ts";

/** The template that is stored to undo a call by another tool: the call that undoes. */
export const namedUndo = z.strictObject({ tool_name: z.string(), arguments: jsonObject });

/** The arguments of the call that undoes, as far as they are stored. */
export const undoingArguments = (undo: JsonObject | null): JsonObject =>
  namedUndo.safeParse(undo).data?.arguments ?? {};

const WHOLE_PLACE = /^\{([^{}]+)\}$/;
const PLACES = /\{([^{}]+)\}/g;

/**
 * The arguments of a compensating call. In the contract's template a text `{contact_id}` (or `{contact.id}`) becomes
 * that argument of the call with its type; within longer text it becomes its text; `{"$output": "/contact_id"}`
 * becomes the place of the call's output, and stays as it is while there is no output. An argument that is not there is
 * left out.
 */
export const filledTemplate = (template: JsonObject, args: JsonObject, output?: Json): JsonObject =>
  Object.fromEntries(
    Object.entries(template).flatMap(([name, value]) => {
      const filled = fill(value, args, output);
      return filled === undefined ? [] : [[name, filled]];
    }),
  );

/** True while a place waits for the call's output. */
export const waitsForOutput = (value: Json): boolean => {
  if (Array.isArray(value)) return value.some(waitsForOutput);
  return isJsonObject(value) && (outputPointer(value) !== undefined || Object.values(value).some(waitsForOutput));
};

/** Whether a part of a template is the same for every call: nothing of it is filled. */
export const isLiteral = (value: Json): boolean => {
  if (typeof value === "string") return value.match(PLACES) === null;
  if (Array.isArray(value)) return value.every(isLiteral);
  return !isJsonObject(value) || (outputPointer(value) === undefined && Object.values(value).every(isLiteral));
};

const fill = (value: Json, args: JsonObject, output: Json | undefined): Json | undefined => {
  if (typeof value === "string") return fillText(value, args);
  if (Array.isArray(value)) {
    return value.map((item) => fill(item, args, output)).filter((item) => item !== undefined);
  }
  if (!isJsonObject(value)) return value;
  const pointer = outputPointer(value);
  if (pointer === undefined) return filledTemplate(value, args, output);
  // A value that the output lacks stays a place, so that the compensation is refused rather than sent without it.
  return output === undefined ? value : (valueAt(output, pointer) ?? value);
};

const fillText = (text: string, args: JsonObject): Json | undefined => {
  const whole = WHOLE_PLACE.exec(text)?.[1];
  if (whole !== undefined) return valueAtTokens(args, whole.split("."));
  return text.replaceAll(PLACES, (_place, name: string) => inText(valueAtTokens(args, name.split("."))));
};

const inText = (value: Json | undefined): string => {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
};

const outputPointer = (value: JsonObject): string | undefined =>
  Object.keys(value).length === 1 && typeof value.$output === "string" ? value.$output : undefined;
