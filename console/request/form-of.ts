import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json-value.ts";
import { type ReadJson, readJson } from "../parts/read-json.ts";

/** A field of a form: what its schema lets one write, and what stands in it now. */
export type Field = {
  readonly name: string;
  readonly kind: "text" | "long-text" | "number" | "integer" | "boolean" | "choice" | "json";
  readonly required: boolean;
  readonly description: string | null;
  readonly choices: readonly string[];
};

/** The value under a name, never one that every object inherits: an argument may be called `constructor`. */
export const under = <Value>(values: { readonly [name: string]: Value }, name: string): Value | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

const LONG = 60;

const textOr = (value: Json | undefined): string | null => (typeof value === "string" ? value : null);

const kindOf = (schema: JsonObject, value: Json | undefined): Field["kind"] => {
  if (Array.isArray(schema.enum) && schema.enum.every((each) => typeof each === "string")) return "choice";
  switch (schema.type) {
    case "string":
      return typeof value === "string" && (value.length > LONG || value.includes("\n")) ? "long-text" : "text";
    case "number":
    case "integer":
    case "boolean":
      return schema.type;
    default:
      return "json";
  }
};

/**
 * The fields of a form for `args` by the contract's schema: those that it names, and those that stand there without a
 * name in it. A field that the schema describes in another way than these is edited as JSON: the API checks it anyway.
 */
export const fieldsOf = (schema: JsonObject, args: JsonObject): Field[] => {
  const properties = isJsonObject(schema.properties ?? null) ? schema.properties : {};
  const named = isJsonObject(properties ?? null) && isJsonObject(properties) ? properties : {};
  const required = Array.isArray(schema.required) ? schema.required : [];
  return [...new Set([...Object.keys(args), ...Object.keys(named)])].map((name) => {
    const own = under(named, name);
    const given = under(args, name);
    const known = own !== undefined && isJsonObject(own) ? own : {};
    const kind = kindOf(known, given);
    // A value of another kind than its schema says is shown as it is.
    const misfit = given !== undefined && !isOfKind(kind, given);
    return {
      name,
      kind: misfit ? "json" : kind,
      required: required.includes(name),
      description: textOr(known.description),
      choices: Array.isArray(known.enum) ? known.enum.filter((each) => typeof each === "string") : [],
    };
  });
};

const isOfKind = (kind: Field["kind"], value: Json): boolean => {
  switch (kind) {
    case "text":
    case "long-text":
    case "choice":
      return typeof value === "string";
    case "number":
    case "integer":
      return typeof value === "number";
    case "boolean":
      return typeof value === "boolean";
    case "json":
      return true;
  }
};

/** The text in a field's box at first. */
export const writtenOf = ({ kind }: Field, value: Json | undefined): string => {
  if (value === undefined) return "";
  return kind === "json" ? JSON.stringify(value, null, 2) : String(value);
};

export type Read = ReadJson | { readonly ok: true; readonly value: undefined };

/** As people write a number: no hexadecimal one, which they would not mean. */
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

/** The value that somebody wrote; undefined: left out. Where nobody wrote anything it is what it was `before`. */
export const readField = (field: Field, written: string, before?: Json): Read => {
  const { kind, required } = field;
  if (before !== undefined && written === writtenOf(field, before)) return { ok: true, value: before };
  if (kind === "text" || kind === "long-text" || kind === "choice") {
    return { ok: true, value: written === "" && !required ? undefined : written };
  }
  if (written.trim() === "") return required ? { ok: false, why: "is needed" } : { ok: true, value: undefined };
  if (kind === "boolean") return { ok: true, value: written === "true" };
  if (kind === "json") return readJson(written);
  const number = NUMBER.test(written.trim()) ? Number(written) : Number.NaN;
  if (!Number.isFinite(number)) return { ok: false, why: "is not a number" };
  if (Number.isInteger(number) && !Number.isSafeInteger(number))
    return { ok: false, why: "has more digits than are kept" };
  return kind === "integer" && !Number.isInteger(number)
    ? { ok: false, why: "is not a whole number" }
    : { ok: true, value: number };
};
