import { isJsonObject, type Json, type JsonObject } from "../../plan/json.ts";
import { placeInSchema } from "./place-in-schema.ts";

/** Contracts are few, and the same places of them are asked for with every step. */
const KEPT_PLACES = 1_000;
const found = new WeakMap<JsonObject, Map<string, Json | undefined>>();

/**
 * The `default` that a schema gives a property which it names, where every way to read it gives the same one; else
 * undefined. A name that only a pattern or `additionalProperties` speaks of has none: nobody knows of it until it is given.
 */
export const defaultAt = (schema: JsonObject, tokens: readonly string[]): Json | undefined => {
  const known = found.get(schema) ?? new Map<string, Json | undefined>();
  found.set(schema, known);
  if (known.size >= KEPT_PLACES) known.clear();
  const key = JSON.stringify(tokens);
  if (!known.has(key)) known.set(key, lookUp(schema, tokens));
  return known.get(key);
};

const lookUp = (schema: JsonObject, tokens: readonly string[]): Json | undefined => {
  const place = placeInSchema(schema, tokens);
  if (place.kind !== "described" || !place.all || !isNamed(schema, tokens)) return undefined;
  const [first, ...others] = new Set(place.as.map((each) => JSON.stringify(each.default)));
  return first === undefined || others.length > 0 ? undefined : place.as[0]?.default;
};

const isNamed = (schema: JsonObject, tokens: readonly string[]): boolean => {
  const name = tokens.at(-1);
  const holder = placeInSchema(schema, tokens.slice(0, -1));
  return (
    name !== undefined &&
    holder.kind === "described" &&
    holder.as.some(({ properties }) => isJsonObject(properties) && Object.hasOwn(properties, name))
  );
};
