import { isJsonObject, type Json } from "../../../plan/json.ts";

export const isPlainJson = (type: string): boolean => /^application\/json(?:\s*;|$)/i.test(type);

/** JSON of any kind, `application/merge-patch+json` too. */
export const isJsonType = (type: string): boolean => /^application\/(?:[\w.+-]*\+)?json(?:\s*;|$)/i.test(type);

/** A type that JSON is among others of. */
export const isAnyType = (type: string): boolean => type === "application/*" || type === "*/*";

/** The types in which a body of a request or of an answer is described, and what is said of each. */
export const contentOf = (part: Json | undefined): [string, Json][] =>
  isJsonObject(part) && isJsonObject(part.content) ? Object.entries(part.content) : [];

export const schemaIn = (media: Json): Json => (isJsonObject(media) && media.schema !== undefined ? media.schema : {});

/** Plain JSON, then JSON of a kind: that is also what requests ask for. */
export const jsonIn = (content: readonly [string, Json][]): [string, Json] | undefined =>
  content.find(([type]) => isPlainJson(type)) ?? content.find(([type]) => isJsonType(type));
