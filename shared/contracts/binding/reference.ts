import type { Json } from "../../plan/json.ts";
import { isPointer, pointerOf } from "../../plan/json-pointer.ts";

/**
 * Where a value in a request comes from: the call's arguments, what stood in the target before the call, what the call
 * answered, or the call's idempotency key.
 */
export const SOURCES = ["$arg", "$old", "$output"] as const;
export type Source = (typeof SOURCES)[number];

/** A place that is filled in when the request is made; `pointer` is a JSON Pointer into its source. */
export type Reference = { readonly source: Source; readonly pointer: string } | { readonly source: "$key" };

export type Lookup = (pointer: string) => Json | undefined;

/**
 * The values that are known when a request is made. A reference to a source that is not there is refused, never left
 * empty.
 */
export type Sources = { readonly [source in Source]?: Lookup } & { readonly $key?: string };

/** The reference that an object of a body stands for, by its one key: `{"$arg": "/fields/stage"}`, `{"$key": true}`. */
export const referenceOfNode = (name: string, value: Json): Reference | undefined => {
  if (name === "$key") return value === true ? { source: "$key" } : undefined;
  const source = SOURCES.find((each) => each === name);
  if (source === undefined || typeof value !== "string" || !isPointer(value)) return undefined;
  return { source, pointer: value };
};

/** The reference that a place of an address stands for: `contact_id`, `contact.id`, `$arg/a.b`, `$output/id`, `$key`. */
export const referenceOfPlace = (place: string): Reference | undefined => {
  if (place === "$key") return { source: "$key" };
  const source = SOURCES.find((each) => place.startsWith(`${each}/`));
  if (source !== undefined) {
    const pointer = place.slice(source.length);
    return isPointer(pointer) ? { source, pointer } : undefined;
  }
  const tokens = place.split(".");
  return place.startsWith("$") || tokens.includes("") ? undefined : { source: "$arg", pointer: pointerOf(tokens) };
};

const WHAT: { readonly [source in Source]: string } = {
  $arg: "argument",
  $old: "old value",
  $output: "value of the call's output",
};

/** `argument /contact_id`, for messages. */
export const referenceInWords = (reference: Reference): string =>
  reference.source === "$key" ? "idempotency key" : `${WHAT[reference.source]} ${reference.pointer || "(all of it)"}`;
