import { openApi } from "../../functions/api/document.ts";
import { API_VERSION } from "../../functions/api/version.ts";
import { isJsonObject, type Json, type JsonObject } from "../../shared/plan/json.ts";

/** The routes that the client for TypeScript asks, by its words for them. */
const ROUTES = {
  CallRequest: ["post /calls", "body"],
  CallReply: ["post /calls", "reply"],
  Submission: ["post /executions", "body"],
  Submitted: ["post /executions", "reply"],
  Execution: ["get /executions/{id}", "reply"],
  Aborted: ["post /executions/{id}/abort", "reply"],
  ApprovalQueue: ["get /approvals", "reply"],
  Approval: ["get /approvals/{id}", "reply"],
  Decision: ["post /approvals/{id}/decision", "body"],
  Decided: ["post /approvals/{id}/decision", "reply"],
  Contract: ["get /contracts/{tool_name}", "reply"],
  NextWork: ["post /work/next", "body"],
  Work: ["post /work/next", "reply"],
  WorkOutcome: ["post /work/{call_id}/outcome", "body"],
  WorkRecorded: ["post /work/{call_id}/outcome", "reply"],
} as const satisfies Record<string, readonly [route: string, part: "body" | "reply"]>;

const asObject = (value: Json | undefined): JsonObject => (isJsonObject(value ?? null) ? Object(value) : {});
const list = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : []);

/** `post_executions_body.__schema0` becomes `post_executions_body_schema0`. */
const nameOf = (component: string): string => component.replaceAll(/[^A-Za-z0-9]+/g, "_");

const key = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

/** A JSON Schema of those that `openApiDocument` writes, as a type: what a schema says beyond a type is left to the API. */
export const typeOf = (given: Json, indent = ""): string => {
  const schema = asObject(given);
  const { $ref, const: fixed, enum: words, anyOf, oneOf, allOf, type } = schema;
  if (typeof $ref === "string") return nameOf($ref.slice("#/components/schemas/".length));
  if (fixed !== undefined) return JSON.stringify(fixed);
  if (words !== undefined) return union(list(words).map((word) => JSON.stringify(word)));
  const some = anyOf ?? oneOf;
  if (some !== undefined) return union(list(some).map((each) => typeOf(each, indent)));
  if (allOf !== undefined)
    return list(allOf)
      .map((each) => typeOf(each, indent))
      .join(" & ");
  if (Array.isArray(type)) return union(type.map((each) => typeOf({ ...schema, type: each }, indent)));
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "number":
    case "integer":
      return "number";
    case "array":
      return `ReadonlyArray<${typeOf(schema.items ?? {}, indent)}>`;
    case "object":
      return objectType(schema, indent);
    default:
      return "Json";
  }
};

const union = (types: readonly string[]): string => [...new Set(types)].join(" | ");

const objectType = ({ properties, required, additionalProperties, propertyNames }: JsonObject, indent: string) => {
  const fields = Object.entries(asObject(properties));
  if (fields.length === 0) {
    const values = isJsonObject(additionalProperties ?? null) ? typeOf(additionalProperties ?? {}, indent) : "Json";
    const names = list(asObject(propertyNames).enum).length > 0 ? typeOf(propertyNames ?? {}) : "string";
    const record = `{ readonly [name in ${names}]${names === "string" ? "" : "?"}: ${values} }`;
    return additionalProperties === false ? "{ readonly [name in string]: never }" : record;
  }
  const must = new Set(list(required));
  const deeper = `${indent}  `;
  const lines = fields.map(
    ([name, each]) => `${deeper}readonly ${key(name)}${must.has(name) ? "" : "?"}: ${typeOf(each, deeper)};`,
  );
  return ["{", ...lines, `${indent}}`].join("\n");
};

const schemaOf = (document: JsonObject, [route, part]: readonly [string, "body" | "reply"]): Json => {
  const [method = "", path = ""] = route.split(" ");
  const operation = asObject(asObject(asObject(document.paths)[path])[method]);
  const replies = asObject(operation.responses);
  const said = part === "body" ? operation.requestBody : (replies["200"] ?? replies["202"] ?? replies["201"]);
  const { schema } = asObject(asObject(asObject(said).content)["application/json"]);
  if (schema === undefined) throw new RangeError(`the document has no ${part} of ${route}`);
  return schema;
};

/** Schemas by name, and those that they name, in the order in which they are met. */
const reached = (schemas: JsonObject, names: readonly string[]): string[] => {
  const found = new Set<string>();
  const visit = (name: string): void => {
    if (found.has(name)) return;
    found.add(name);
    for (const [, next = ""] of JSON.stringify(schemas[name]).matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      visit(next);
  };
  for (const name of names) visit(name);
  return [...found];
};

/** clients/typescript/src/api.ts: the types of what the client sends and is answered, from the document of the API. */
export const clientTypes = (document: JsonObject = openApi(Object.create(null))): string => {
  const schemas = asObject(asObject(document.components).schemas);
  const asked = Object.entries(ROUTES).map(([name, route]) => ({ name, type: typeOf(schemaOf(document, route)) }));
  const named = new Map(Object.keys(schemas).map((component) => [nameOf(component), component]));
  const roots = [...asked.map(({ type }) => named.get(type) ?? type), "Problem"];
  const types = reached(schemas, roots).map(
    (component) => `export type ${nameOf(component)} = ${typeOf(schemas[component] ?? {})};`,
  );
  return [
    "// Written by `npm run docs` from the OpenAPI document of the API. Change a schema of the API instead.",
    "",
    "/** The version of the API that these are the types of. */",
    `export const API_VERSION = ${JSON.stringify(API_VERSION)};`,
    "",
    "export type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [name: string]: Json };",
    "",
    ...asked.map(({ name, type }) => `export type ${name} = ${type};`),
    "",
    ...types,
    "",
  ].join("\n");
};
