import { isJsonObject, type Json } from "../../plan/json.ts";
import { pointerTo } from "../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../plan/result.ts";
import { didYouMean, quoted } from "../../plan/suggestion.ts";
import { type Reference, referenceInWords, referenceOfNode, type Sources } from "./reference.ts";

/**
 * JSON with places to fill in: an object `{"$arg": "/a"}`, `{"$old": "/a"}`, `{"$output": "/a"}` or `{"$key": true}`
 * becomes that value with its type, `{"$literal": ...}` what it holds as it stands. Text is never put together.
 */
type Reading =
  | { readonly kind: "plain" }
  | { readonly kind: "place"; readonly reference: Reference }
  | { readonly kind: "literal"; readonly content: Json }
  | { readonly kind: "fault"; readonly message: string };

const NODES = ["$arg", "$old", "$output", "$key", "$literal"];
const ESCAPE_HINT = 'To send such an object as it is, wrap it: {"$literal": ...}';

const readNode = (value: Json): Reading => {
  if (!isJsonObject(value)) return { kind: "plain" };
  const names = Object.keys(value);
  const name = names.find((each) => each.startsWith("$"));
  if (name === undefined) return { kind: "plain" };
  const fault = (message: string): Reading => ({ kind: "fault", message: `${message}. ${ESCAPE_HINT}` });
  if (!NODES.includes(name)) {
    return fault(`${quoted(name)} is no place${didYouMean(name, NODES)} There are ${NODES.join(", ")}`);
  }
  if (names.length > 1) return fault(`${name} stands alone in its object`);
  const content = value[name] ?? null;
  if (name === "$literal") return { kind: "literal", content };
  const reference = referenceOfNode(name, content);
  if (reference !== undefined) return { kind: "place", reference };
  return fault(name === "$key" ? "$key is true" : `${name} takes a JSON Pointer such as "/contact/stage"`);
};

export type Found<What> = { readonly at: string } & What;
export type TemplateReading = {
  readonly places: Found<{ readonly reference: Reference }>[];
  readonly faults: Found<{ readonly message: string }>[];
};

/** Every place of a template, and every object that looks like one and is none; `at` is where the template stands. */
export const readTemplate = (template: Json, at: string): TemplateReading => {
  const found: TemplateReading = { places: [], faults: [] };
  const walk = (value: Json, here: string): void => {
    const reading = readNode(value);
    if (reading.kind === "place") found.places.push({ at: here, reference: reading.reference });
    else if (reading.kind === "fault") found.faults.push({ at: here, message: reading.message });
    else if (reading.kind === "literal") return;
    else if (Array.isArray(value)) for (const [index, item] of value.entries()) walk(item, pointerTo(here, index));
    else if (isJsonObject(value)) for (const [key, item] of Object.entries(value)) walk(item, pointerTo(here, key));
  };
  walk(template, at);
  return found;
};

/** The value of a place; undefined where there is nothing, which leaves the field or item out. */
export const valueIn = (reference: Reference, sources: Sources): Result<Json | undefined, string> => {
  const unknown = () => refuse(`the ${referenceInWords(reference)} is not known`);
  if (reference.source === "$key") return sources.$key === undefined ? unknown() : accept(sources.$key);
  const lookup = sources[reference.source];
  if (lookup === undefined) return unknown();
  const value = lookup(reference.pointer);
  switch (reference.source) {
    case "$arg":
      return accept(value);
    case "$old":
      // Nothing stood there: that is put back as null, which is how a change shows it.
      return accept(value ?? null);
    case "$output":
      return value === undefined ? unknown() : accept(value);
  }
};

/**
 * The template with its places filled in; undefined where it is nothing but a place that holds nothing.
 * Refused, in words, where something it must hold is not known.
 */
export const fillTemplate = (template: Json, sources: Sources): Result<Json | undefined, string> => {
  const reading = readNode(template);
  switch (reading.kind) {
    case "literal":
      return accept(reading.content);
    case "fault":
      return refuse(reading.message);
    case "place":
      return valueIn(reading.reference, sources);
    case "plain":
      break;
  }
  if (Array.isArray(template)) return fillItems(template, sources);
  return isJsonObject(template) ? fillFields(template, sources) : accept(template);
};

const fillItems = (items: readonly Json[], sources: Sources): Result<Json, string> => {
  const filled: Json[] = [];
  for (const item of items) {
    const value = fillTemplate(item, sources);
    if (!value.ok) return value;
    if (value.value !== undefined) filled.push(value.value);
  }
  return accept(filled);
};

const fillFields = (fields: { readonly [name: string]: Json }, sources: Sources): Result<Json, string> => {
  const filled: [string, Json][] = [];
  for (const [name, field] of Object.entries(fields)) {
    const value = fillTemplate(field, sources);
    if (!value.ok) return value;
    if (value.value !== undefined) filled.push([name, value.value]);
  }
  return accept(Object.fromEntries(filled));
};
