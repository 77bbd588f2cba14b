import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { tokensOf } from "../../plan/json-pointer.ts";
import { didYouMean, quoted } from "../../plan/suggestion.ts";

/** With one of these an object may have fields that `properties` does not list. */
const OPEN = ["$ref", "$dynamicRef", "allOf", "anyOf", "oneOf", "if", "patternProperties", "dependentSchemas"];

const isOpen = (schema: JsonObject): boolean => OPEN.some((keyword) => Object.hasOwn(schema, keyword));

/** Why no argument stands at the pointer, by the tool's input schema; undefined where one may. */
export const unknownArgument = (input_schema: JsonObject, pointer: string): string | undefined => {
  let schema: Json = input_schema;
  for (const [depth, token] of tokensOf(pointer).entries()) {
    if (!isJsonObject(schema) || isOpen(schema)) return undefined;
    const inside: Json | undefined = childOf(schema, token);
    if (inside !== undefined) {
      schema = inside;
      continue;
    }
    const { properties } = schema;
    // An object inside the arguments may be left undescribed; an argument itself may not.
    if (depth > 0 && properties === undefined) return undefined;
    const known = isJsonObject(properties) ? Object.keys(properties) : [];
    const remedy = didYouMean(token, known) || "; add it to input_schema";
    return `takes argument ${quoted(pointer)}, which the tool does not have${remedy}`;
  }
  return undefined;
};

const childOf = ({ properties, items, additionalProperties }: JsonObject, token: string): Json | undefined => {
  if (isJsonObject(properties) && Object.hasOwn(properties, token)) return properties[token];
  if (/^\d+$/.test(token) && items !== undefined) return items;
  return isJsonObject(additionalProperties) ? additionalProperties : undefined;
};

/** Whether a call may come without the argument at the pointer, as far as the schema's first layer says. */
export const mayBeMissing = (input_schema: JsonObject, pointer: string): boolean => {
  const [first] = tokensOf(pointer);
  if (first === undefined || isOpen(input_schema)) return false;
  const { required } = input_schema;
  return !(Array.isArray(required) && required.includes(first));
};
