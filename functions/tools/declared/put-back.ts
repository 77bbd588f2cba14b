import { isJsonObject, type Json, type JsonObject } from "../../../shared/plan/json.ts";
import { tokensOf, valueAt } from "../../../shared/plan/json-pointer.ts";
import type { UndoData } from "./undo-data.ts";

/**
 * Values that an undo writes, by pointer: what the call changed as it stood before, anything else as it stands now. A
 * service that takes a record as a whole would else be given back what somebody else has written beside it since.
 */
export const putBack = (target: Json, { old, fields }: Pick<UndoData, "old" | "fields">): JsonObject => {
  const restored = fields.reduce((value, { at, back_to }) => withValue(value, tokensOf(at), back_to), target);
  return Object.fromEntries(Object.keys(old).map((pointer) => [pointer, valueAt(restored, pointer) ?? null]));
};

const withValue = (document: Json | undefined, [token, ...rest]: readonly string[], value: Json): Json => {
  if (token === undefined) return value;
  if (Array.isArray(document)) {
    return document.map((each, index) => (String(index) === token ? withValue(each, rest, value) : each));
  }
  const held = document !== undefined && isJsonObject(document) ? document : {};
  return { ...held, [token]: withValue(Object.hasOwn(held, token) ? held[token] : undefined, rest, value) };
};
