import { isJsonObject, type Json } from "../../../plan/json.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import type { HttpRequest } from "./http-binding.ts";

/** The load of a request, with its places still to be filled in: JSON, or the fields of a form. */
export type Payload = { readonly as: "body" | "form"; readonly template: Json };

export const payloadOf = ({ body, form }: Pick<HttpRequest, "body" | "form">): Payload | undefined => {
  if (form !== undefined) return { as: "form", template: form };
  return body === undefined ? undefined : { as: "body", template: body };
};

/**
 * A form as `application/x-www-form-urlencoded`: a list repeats the name, null is left out. Undefined for one that is
 * made from a single argument which was not given: there is no form then. Refused, in words, where it is no object, or a
 * field is an object, or a list of anything but single values: no one way to write those is everybody's.
 */
export const encodedForm = (fields: Json | undefined): Result<string | undefined, string> => {
  if (fields === undefined || fields === null) return accept(undefined);
  if (!isJsonObject(fields))
    return refuse(`a form takes an object with a name for each value, and ${kindOf(fields)} stands in its place`);
  const pairs = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (Array.isArray(item)) return refuse(`field ${quoted(name)} of a form takes no list in a list`);
      if (isJsonObject(item)) return refuse(`field ${quoted(name)} of a form takes no object`);
      if (item !== null) pairs.append(name, String(item));
    }
  }
  return accept(pairs.toString());
};

const kindOf = (value: Json): string => {
  if (Array.isArray(value)) return "a list";
  return typeof value === "string" ? "a text" : `a ${typeof value}`;
};
