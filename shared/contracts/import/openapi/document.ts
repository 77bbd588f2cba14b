import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { isPointer, pointerTo, tokensOf, valueAt } from "../../../plan/json-pointer.ts";
import { accept, type Result, refuse } from "../../../plan/result.ts";
import { quoted } from "../../../plan/suggestion.ts";
import type { Violation } from "../../../plan/violation.ts";
import { withPlainReferences } from "./plain-references.ts";

const METHODS = ["get", "head", "post", "put", "patch", "delete", "options", "trace"] as const;
export type Method = (typeof METHODS)[number];

/** One operation of a document, as far as it can be told apart from the others. */
export type Operation = {
  /** `issues/update`, else `PATCH /repos/{owner}`. */
  readonly original: string;
  readonly method: Method;
  readonly path: string;
  /** JSON Pointer into the document. */
  readonly at: string;
  readonly operation: JsonObject;
  /** The part that holds for all operations of its path. */
  readonly item: JsonObject;
};

/** Whatever stands where a path or an operation would, and is none that can be read. */
export type Unread = {
  /** As of an operation; of a whole path, the path. */
  readonly original: string;
  readonly method?: Method;
  readonly path: string;
  readonly at: string;
  readonly reason: string;
};

export type OpenApiDocument = {
  readonly root: JsonObject;
  readonly title: string;
  readonly version: string;
  /** 3.0 writes schemas in its own way; 3.1 as JSON Schema 2020-12. */
  readonly line: "3.0" | "3.1";
  readonly operations: readonly Operation[];
  readonly unread: readonly Unread[];
};

const textOr = (value: Json | undefined, otherwise: string): string => (typeof value === "string" ? value : otherwise);

/** Reads a document's frame, or says everything that keeps it from being one, with place and remedy. */
export const readDocument = (given: Json): Result<OpenApiDocument, Violation[]> => {
  if (!isJsonObject(given)) {
    return refuse([{ path: "", rule: "openapi_document", message: "must be an object: an OpenAPI document" }]);
  }
  const faults: Violation[] = [];
  const wrong = (path: string, rule: string, message: string) => faults.push({ path, rule, message });
  const named = textOr(given.openapi, "");
  const line = /^3\.0(\.|$)/.test(named) ? "3.0" : /^3\.1(\.|$)/.test(named) ? "3.1" : undefined;
  // Schemas of 3.0 know neither ids nor anchors.
  const root = line === "3.1" ? withPlainReferences(given) : given;
  if (root.swagger !== undefined) {
    wrong("/swagger", "openapi_version", "is a Swagger 2.0 document: convert it to OpenAPI 3.0 first");
  } else if (line === undefined) {
    wrong("/openapi", "openapi_version", `must be 3.0.x or 3.1.x${otherThan(root.openapi)}`);
  }
  const paths = root.paths ?? {};
  if (!isJsonObject(paths)) wrong("/paths", "openapi_paths", "must be an object: a path and what can be done there");
  const { operations, unread } = operationsOf(root, isJsonObject(paths) ? paths : {});
  // One that can be read is reason enough to look at the document: the others are refused beside it.
  if (operations.length === 0) faults.push(...unread.map(faultOf));
  if (isJsonObject(paths) && operations.length === 0 && faults.length === 0) {
    wrong("/paths", "openapi_paths", "has no operation, so there is nothing to import");
  }
  if (faults.length > 0 || line === undefined) return refuse(faults);
  const info = isJsonObject(root.info) ? root.info : {};
  return accept({ root, line, operations, unread, title: textOr(info.title, ""), version: textOr(info.version, "") });
};

/** A version without quotes is a number in YAML: 3.10 would be 3.1, and 3.1.0 is text already. */
const otherThan = (said: Json | undefined): string => {
  if (typeof said === "number") return ` as text, and here it is the number ${said}: write it in quotes, "${said}"`;
  return typeof said === "string" && said !== "" ? `, not ${quoted(said)}` : "";
};

/** The fault of a document that has nothing else. */
export const faultOf = ({ at, method, reason }: Unread): Violation => ({
  path: at,
  rule: method === undefined ? "openapi_path" : "openapi_operation",
  message: reason,
});

const operationsOf = (
  root: JsonObject,
  paths: JsonObject,
): { readonly operations: readonly Operation[]; readonly unread: readonly Unread[] } => {
  const found = Object.entries(paths)
    .filter(([path]) => !path.startsWith("x-"))
    .flatMap(([path, given]) => entriesAt(root, path, given));
  // Two of one id are told apart by their paths.
  const times = Map.groupBy(found, ({ original }) => original);
  const named = found.map((each) =>
    each.method !== undefined && (times.get(each.original)?.length ?? 0) > 1
      ? { ...each, original: `${each.method.toUpperCase()} ${each.path}` }
      : each,
  );
  return {
    operations: named.flatMap((each) => ("reason" in each ? [] : [each])),
    unread: named.flatMap((each) => ("reason" in each ? [each] : [])),
  };
};

/** The operations of a path, and what is there in the place of one. */
const entriesAt = (root: JsonObject, path: string, given: Json): (Operation | Unread)[] => {
  const at = pointerTo("/paths", path);
  const item = resolved(root, given);
  // A path has the operations beside its reference, too, and they go before those that it refers to.
  const { $ref: _followed, ...beside } = isJsonObject(given) ? given : {};
  const value = { ...(item.ok && isJsonObject(item.value) ? item.value : {}), ...beside };
  const why = whyNoPath(path, item);
  const entries = METHODS.flatMap((method): (Operation | Unread)[] => {
    const operation = value[method];
    if (operation === undefined) return [];
    const usual = `${method.toUpperCase()} ${path}`;
    const original = isJsonObject(operation) ? textOr(operation.operationId, "") || usual : usual;
    const entry = { original, method, path, at: pointerTo(at, method) };
    if (why !== undefined) return [{ ...entry, at, reason: why }];
    return isJsonObject(operation)
      ? [{ ...entry, operation, item: value }]
      : [{ ...entry, reason: "must be an object: an operation" }];
  });
  const isKnown = item.ok && entries.length > 0;
  return why === undefined || isKnown ? entries : [{ original: path, path, at, reason: why }, ...entries];
};

const whyNoPath = (path: string, item: Result<Json | undefined, string>): string | undefined => {
  if (!path.startsWith("/")) return `a path begins with /: write ${quoted(`/${path}`)}`;
  if (!item.ok) return item.refusal;
  return isJsonObject(item.value) ? undefined : "must be an object with an operation for each method";
};

/** A part of a document, through its references. Nothing outside the document is ever read. */
export const resolved = (root: JsonObject, part: Json | undefined): Result<Json | undefined, string> => {
  let value = part;
  for (let hop = 0; hop < 20; hop += 1) {
    if (!isJsonObject(value) || typeof value.$ref !== "string") return accept(value);
    const led = partOfRef(root, value.$ref);
    if (!led.ok) return led;
    value = led.value.part;
  }
  return refuse("its $ref leads back to itself");
};

/** The part that a reference names, and its JSON Pointer; or why it names none. `#name` is no pointer, and not the root. */
export const partOfRef = (root: JsonObject, $ref: string): Result<{ pointer: string; part: Json }, string> => {
  if (!$ref.startsWith("#")) {
    return refuse(
      `$ref ${quoted($ref)} points outside the document; put what it names into components, or bundle the document first`,
    );
  }
  const pointer = decoded($ref.slice(1));
  const part = isPointer(pointer) ? valueAt(root, pointer) : undefined;
  return part === undefined
    ? refuse(`$ref ${quoted($ref)} leads to nothing in the document`)
    : accept({ pointer, part });
};

const decoded = (fragment: string): string => {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return fragment;
  }
};

/** The last name of a pointer. */
export const lastToken = (pointer: string): string => tokensOf(pointer).at(-1) ?? "";
