import { CheckCutOff, fillBudgets } from "../../../shared/contracts/schema/check-budget.ts";
import { TooManyFaults } from "../../../shared/contracts/schema/fault-limit.ts";
import { compileSchema } from "../../../shared/contracts/schema/validator.ts";
import type { Json, JsonObject } from "../../../shared/plan/json.ts";

/** Keywords by which a schema bounds a number. */
export const BOUNDS = ["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum"] as const;

/** The values that a schema states itself, of its type, the most binding first. */
export const statedIn = (schema: JsonObject): Json[] => stated(schema).filter((value) => isOfType(schema, value));

const stated = (schema: JsonObject): Json[] => [
  ...(schema.const === undefined ? [] : [schema.const]),
  ...[schema.enum, schema.examples].flatMap((list) => (Array.isArray(list) ? list : [])),
  ...(schema.default === undefined || schema.default === null ? [] : [schema.default]),
];

const typeOfValue = (value: Json): string => (value === null ? "null" : Array.isArray(value) ? "array" : typeof value);

const isOfType = ({ type }: JsonObject, value: Json): boolean => {
  if (type === undefined) return true;
  const types = Array.isArray(type) ? type : [type];
  return types.includes(typeOfValue(value)) || (types.includes("integer") && Number.isInteger(value));
};

/** Keywords that may stand beside a value that a schema states, and that it has to meet as well. */
const BESIDE = ["enum", "not", "pattern", "format", "minLength", "maxLength", "multipleOf", ...BOUNDS] as const;

/** Whether a value that a schema states is what else it says of it; so, where that cannot be told of it alone. */
export const fitsAlone = (schema: JsonObject, value: Json): boolean => {
  const beside = BESIDE.flatMap((keyword): [string, Json][] => {
    const said = schema[keyword];
    return said === undefined ? [] : [[keyword, said]];
  });
  if (beside.length === 0) return true;
  const compiled = compileSchema(Object.fromEntries(beside));
  if (!compiled.ok) return true;
  try {
    fillBudgets();
    return compiled.value(value) === true;
  } catch (cause) {
    if (cause instanceof CheckCutOff || cause instanceof TooManyFaults || cause instanceof RangeError) return false;
    throw cause;
  }
};
