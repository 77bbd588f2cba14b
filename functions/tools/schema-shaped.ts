import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";
import type { MockSeed } from "./mock-seed.ts";

/**
 * What a call might return: in the shape of the contract's output schema, where it has one, else of its input schema.
 * Always alike for the same call.
 */
export const madeUpOutput = (
  { input_schema, output_schema }: Pick<ToolContract, "input_schema" | "output_schema">,
  args: JsonObject,
  seed: MockSeed,
): JsonObject => {
  if (output_schema === undefined) return schemaShaped(input_schema, args, seed);
  const properties = isJsonObject(output_schema.properties) ? output_schema.properties : {};
  const named = Object.entries(properties).map(([name, schema]) => [name, args[name] ?? plausible(name, schema, seed)]);
  return Object.fromEntries(named);
};

/** In the shape of a schema: what was sent comes back, the rest is filled in plausibly. */
const schemaShaped = (input_schema: JsonObject, args: JsonObject, seed: MockSeed): JsonObject => {
  const properties = isJsonObject(input_schema.properties) ? input_schema.properties : {};
  const filled = Object.entries(properties).map(([name, schema]) => [
    name,
    args[name] ?? plausible(name, schema, seed),
  ]);
  return { ...Object.fromEntries(filled), ...args };
};

const plausible = (name: string, schema: Json, seed: MockSeed): Json => {
  if (!isJsonObject(schema)) return null;
  const stated = schema.const ?? schema.default ?? firstOf(schema.enum) ?? firstOf(schema.examples);
  if (stated !== undefined) return stated;
  switch (firstOf(schema.type) ?? schema.type) {
    case "string":
      return plausibleText(name, seed);
    case "integer":
    case "number":
      return numberWithin(name, schema, seed);
    case "boolean":
      return seed.number(name, 2) === 1;
    case "array":
      return [];
    case "object":
      return schemaShaped(schema, {}, seed);
    default:
      return null;
  }
};

const firstOf = (value: Json | undefined): Json | undefined => (Array.isArray(value) ? value[0] : undefined);

const plausibleText = (name: string, seed: MockSeed): string => {
  const someone = seed.person(name);
  if (/e?mail/i.test(name)) return someone.email;
  if (/phone/i.test(name)) return someone.phone;
  if (/company|organi[sz]ation/i.test(name)) return someone.company;
  if (/name/i.test(name)) return `${someone.first_name} ${someone.last_name}`;
  return seed.id(name);
};

/** Integers within the stated bounds; without bounds from 0 to 99. */
const numberWithin = (name: string, schema: JsonObject, seed: MockSeed): number => {
  const least = typeof schema.minimum === "number" ? Math.ceil(schema.minimum) : 0;
  const most = typeof schema.maximum === "number" ? Math.floor(schema.maximum) : least + 99;
  return least + seed.number(name, Math.max(1, most - least + 1));
};
