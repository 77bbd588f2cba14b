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

export type OpenApiDocument = {
  readonly root: JsonObject;
  readonly title: string;
  readonly version: string;
  /** 3.0 writes schemas in its own way; 3.1 as JSON Schema 2020-12. */
  readonly line: "3.0" | "3.1";
  readonly operations: readonly Operation[];
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
  const operations = isJsonObject(paths) ? operationsOf(root, paths, wrong) : [];
  if (isJsonObject(paths) && operations.length === 0 && faults.length === 0) {
    wrong("/paths", "openapi_paths", "has no operation, so there is nothing to import");
  }
  if (faults.length > 0 || line === undefined) return refuse(faults);
  const info = isJsonObject(root.info) ? root.info : {};
  return accept({ root, line, operations, title: textOr(info.title, ""), version: textOr(info.version, "") });
};

/** A version without quotes is a number in YAML: 3.10 would be 3.1, and 3.1.0 is text already. */
const otherThan = (said: Json | undefined): string => {
  if (typeof said === "number") return ` as text, and here it is the number ${said}: write it in quotes, "${said}"`;
  return typeof said === "string" && said !== "" ? `, not ${quoted(said)}` : "";
};

const operationsOf = (
  root: JsonObject,
  paths: JsonObject,
  wrong: (path: string, rule: string, message: string) => void,
): Operation[] => {
  const found = Object.entries(paths).flatMap(([path, given]): Operation[] => {
    const at = pointerTo("/paths", path);
    if (path.startsWith("x-")) return [];
    if (!path.startsWith("/")) wrong(at, "openapi_path", "a path begins with /");
    const item = resolved(root, given);
    if (!item.ok || !isJsonObject(item.value)) {
      wrong(at, "openapi_path", item.ok ? "must be an object with an operation for each method" : item.refusal);
      return [];
    }
    // A path has the operations beside its reference, too, and they go before those that it refers to.
    const { $ref: _followed, ...beside } = isJsonObject(given) ? given : {};
    const value = { ...item.value, ...beside };
    return METHODS.flatMap((method): Operation[] => {
      const operation = value[method];
      const here = pointerTo(at, method);
      if (operation === undefined) return [];
      if (!isJsonObject(operation)) {
        wrong(here, "openapi_operation", "must be an object: an operation");
        return [];
      }
      const original = textOr(operation.operationId, "") || `${method.toUpperCase()} ${path}`;
      return [{ original, method, path, at: here, operation, item: value }];
    });
  });
  // Two of one id are told apart by their paths.
  const times = Map.groupBy(found, ({ original }) => original);
  return found.map((each) =>
    (times.get(each.original)?.length ?? 0) > 1
      ? { ...each, original: `${each.method.toUpperCase()} ${each.path}` }
      : each,
  );
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
