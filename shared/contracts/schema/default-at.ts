import type { Json, JsonObject } from "../../plan/json.ts";
import { placeInSchema } from "./place-in-schema.ts";

/** Contracts are few, and the same places of them are asked for with every step. */
const KEPT_PLACES = 1_000;
const found = new WeakMap<JsonObject, Map<string, Json | undefined>>();

/** The `default` that a schema gives a place, where every way to read it gives the same one; else undefined. */
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
  if (place.kind !== "described" || !place.all) return undefined;
  const [first, ...others] = new Set(place.as.map((each) => JSON.stringify(each.default)));
  return first === undefined || others.length > 0 ? undefined : place.as[0]?.default;
};
