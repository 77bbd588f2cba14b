import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { pointerTo } from "../../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import { headerName, headerText } from "../../binding/auth.ts";
import { headerFaults } from "../../binding/header-rules.ts";
import { literalCredentials } from "../../binding/literal-credentials.ts";
import { type OpenApiDocument, type Operation, resolved } from "./document.ts";
import { elementTypesOf, typesOf } from "./types-of.ts";

/** One argument that goes into the address, and how. */
export type Placed = {
  readonly argument: string;
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly schema: Json;
};

export type Parameters = {
  readonly placed: readonly Placed[];
  readonly headers: JsonObject;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
};

type Read = { readonly name: string; readonly where: string; readonly parameter: JsonObject };

const readAll = (document: OpenApiDocument, operation: Operation, reasons: string[]): Read[] => {
  const found = new Map<string, Read>();
  // The word of an operation on a parameter goes before what its path says.
  for (const list of [operation.item.parameters, operation.operation.parameters]) {
    if (list !== undefined && !Array.isArray(list)) reasons.push("its parameters must be a list");
    for (const given of Array.isArray(list) ? list : []) {
      const parameter = resolved(document.root, given);
      if (!parameter.ok) {
        reasons.push(parameter.refusal);
        continue;
      }
      const { value } = parameter;
      if (!isJsonObject(value) || typeof value.name !== "string" || typeof value.in !== "string") {
        reasons.push("one of its parameters has no name or does not say where it goes (in)");
        continue;
      }
      // Names of headers have no case.
      const known = value.in === "header" ? value.name.toLowerCase() : value.name;
      found.set(`${value.in} ${known}`, { name: value.name, where: value.in, parameter: value });
    }
  }
  return [...found.values()];
};

/** Why an address cannot take a parameter as the document has it written; undefined where it can. */
const unwritable = (document: OpenApiDocument, { where, parameter }: Read): string | undefined => {
  if (parameter.content !== undefined) return "is written as another format inside the address";
  const types = typesOf(document, parameter.schema);
  const style = parameter.style ?? (where === "path" ? "simple" : "form");
  if (types.has("object")) return "is an object, which an address has no one way to write";
  if (where === "path") {
    if (style !== "simple") return `is written in style ${String(style)}`;
    return types.has("array") ? "is a list in the path" : undefined;
  }
  if (types.has("array") && (style !== "form" || parameter.explode === false)) {
    return "is a list in one value; bindings repeat the name for each element";
  }
  const elements = elementTypesOf(document, parameter.schema);
  if (types.has("array") && (elements.has("object") || elements.has("array"))) {
    return "is a list of objects or lists, which an address has no one way to write";
  }
  return style === "form" ? undefined : `is written in style ${String(style)}`;
};

/** Some documents write a part of the query into the path. */
const fixedInPath = (path: string, name: string): string | undefined => {
  const [, query = ""] = path.split("?");
  const names = query.split("&").map((pair) => pair.split("=")[0] ?? "");
  return names.includes(name) || names.includes(encodeURIComponent(name)) ? "is fixed by its path" : undefined;
};

const placesIn = (path: string): string[] => [...path.matchAll(/\{([^{}]*)\}/g)].map(([, name]) => name ?? "");

/**
 * The form that the parameters of an operation get: arguments with their place in the address, or literal headers.
 * `carried`: headers that credentials are sent in, in small letters, which documents describe as parameters, too.
 */
export const readParameters = (
  document: OpenApiDocument,
  operation: Operation,
  carried: ReadonlySet<string>,
): Parameters => {
  const reasons: string[] = [];
  const warnings: string[] = [];
  const headers: JsonObject = {};
  const placed: Placed[] = [];
  const all = readAll(document, operation, reasons);
  for (const read of all) {
    const { name, where, parameter } = read;
    const required = parameter.required === true || where === "path";
    const lacks = (why: string) =>
      required
        ? reasons.push(`its ${where} parameter ${quoted(name)} ${why}`)
        : warnings.push(`${where} parameter ${quoted(name)} is left out: it ${why}`);
    if (name === "") {
      lacks("has no name");
    } else if (where === "header") {
      if (/^(accept|content-type|authorization)$/i.test(name) || carried.has(name.toLowerCase())) continue;
      const fixed = fixedText(document, read);
      if (fixed.ok) headers[name] = fixed.value;
      else lacks(fixed.refusal);
    } else if (where === "path" || where === "query") {
      const why = unwritable(document, read) ?? (where === "query" ? fixedInPath(operation.path, name) : undefined);
      if (why !== undefined) {
        lacks(why);
        continue;
      }
      placed.push({
        argument: freeName(name, where, new Set(["body", ...placed.map(({ argument }) => argument)])),
        name,
        in: where,
        required,
        schema: describedSchema(parameter),
      });
    } else {
      lacks(`goes into ${where === "cookie" ? "a cookie" : quoted(where)}, which bindings do not send`);
    }
  }
  for (const name of placesIn(operation.path)) {
    if (!all.some((read) => read.where === "path" && read.name === name)) {
      reasons.push(`its path has {${name}}, which no parameter describes`);
    }
  }
  return { placed, headers, reasons, warnings };
};

/** Signs that a place in an address cannot hold, since they part the address itself. */
const SIGNS = /[{}?#&=]/g;

/** No field of JSON has this name here. */
const RESERVED = "__proto__";

/** A name for an argument that no other has: its own, `query_id`, `query_id_2` and so on. */
const freeName = (name: string, where: string, taken: ReadonlySet<string>): string => {
  const plain = name.replaceAll(SIGNS, "_");
  const known = new Set([...taken, RESERVED]);
  const made = `${where}_${plain}`;
  let free = known.has(plain) ? made : plain;
  for (let number = 2; known.has(free); number += 1) free = `${made}_${number}`;
  return free;
};

/** The one text that a header can have: what its schema is bound to, or its default; or why a binding sends none. */
const fixedText = (document: OpenApiDocument, { name, parameter: { schema } }: Read): Result<string, string> => {
  const found = resolved(document.root, schema);
  const { const: bound, enum: listed, default: usual } = found.ok && isJsonObject(found.value) ? found.value : {};
  const given = bound ?? (Array.isArray(listed) && listed.length === 1 ? listed[0] : undefined) ?? usual;
  if (typeof given !== "string" && typeof given !== "number") {
    return refuse("is a header, which a binding sends as fixed text only");
  }
  const text = String(given);
  const headers = { [name]: text };
  const [fault] = [...headerFaults("", { headers }), ...literalCredentials({ headers }, "")];
  if (fault !== undefined) return refuse(`is a header, and ${fault.message}`);
  const isHeader = headerName.safeParse(name).success && headerText.safeParse(text).success;
  return isHeader
    ? accept(text)
    : refuse(`cannot be a header of ${quoted(text)}: both must be printable ASCII in one line`);
};

const describedSchema = ({ schema, description }: JsonObject): Json => {
  if (schema === undefined) return typeof description === "string" ? { description } : {};
  if (!isJsonObject(schema) || typeof description !== "string" || schema.$ref !== undefined) return schema;
  return { description, ...schema };
};

/** The path and the query with places for the arguments. */
export const addressWith = (path: string, placed: readonly Placed[]): string => {
  const argumentOf = (name: string) =>
    placed.find((each) => each.in === "path" && each.name === name)?.argument ?? name;
  const filled = path
    .split(/(\{[^{}]*\})/)
    .map((piece) => (piece.startsWith("{") ? placeOf(argumentOf(piece.slice(1, -1))) : encodeURI(piece)))
    .join("");
  const query = placed
    .filter((each) => each.in === "query")
    .map(({ name, argument }) => `${inQuery(name)}=${placeOf(argument)}`);
  if (query.length === 0) return filled;
  const sign = !filled.includes("?") ? "?" : /[?&]$/.test(filled) ? "" : "&";
  return `${filled}${sign}${query.join("&")}`;
};

/** As a client writes it, which says `'` by its number in a query. */
const inQuery = (name: string): string => encodeURIComponent(name).replaceAll("'", "%27");

const placeOf = (argument: string): string =>
  /^[A-Za-z_][A-Za-z0-9_-]*$/.test(argument) ? `{${argument}}` : `{$arg${pointerTo("", argument)}}`;
