import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { isKeptNumber } from "../../plan/kept-number.ts";
import { everySchema } from "../schema/subschemas.ts";

const isVacuous = (keyword: string, limit: Json): boolean => {
  if (typeof limit !== "number" || isKeptNumber(limit)) return false;
  return /^(?:maximum|exclusiveMaximum)$/.test(keyword)
    ? limit > 0
    : /^(?:minimum|exclusiveMinimum)$/.test(keyword) && limit < 0;
};

/**
 * A schema without the limits that no number here reaches, such as those of a 64-bit integer: JSON would lose digits of
 * them, and of any number beyond 2^53 that they would let through, which is refused in arguments. The same schema where
 * there is none.
 */
export const withoutVacuousLimits = (root: JsonObject): JsonObject => {
  const vacuous = new Set<JsonObject>();
  for (const { schema } of everySchema(root))
    if (Object.entries(schema).some(([keyword, limit]) => isVacuous(keyword, limit))) vacuous.add(schema);
  if (vacuous.size === 0) return root;
  const made = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(made);
    if (!isJsonObject(value)) return value;
    const fields = Object.entries(value).filter(
      ([keyword, limit]) => !(vacuous.has(value) && isVacuous(keyword, limit)),
    );
    return Object.fromEntries(fields.map(([keyword, part]) => [keyword, made(part)]));
  };
  const without = made(root);
  return isJsonObject(without) ? without : root;
};
