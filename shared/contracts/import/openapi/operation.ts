import { cutText } from "../../../plan/cut-text.ts";
import { isJsonObject, type Json, type JsonObject } from "../../../plan/json.ts";
import { templateFault } from "../../resource-template.ts";
import type { Inference } from "../proposal-file.ts";
import type { Candidate } from "../propose.ts";
import { answersOf } from "./answers.ts";
import { type Body, bodyOf, refusingStatuses } from "./bodies.ts";
import type { Authorised, Credentials } from "./credentials.ts";
import type { OpenApiDocument, Operation } from "./document.ts";
import { addressWith, type Placed, readParameters } from "./parameters.ts";
import { SelfContained, type Whole } from "./self-contained.ts";
import { type Server, serverOf } from "./service.ts";

const LONGEST_DESCRIPTION = 2_000;
const READS = {
  risk_level: "LOW",
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
  reversible: true,
};
const WRITES = {
  risk_level: "HIGH",
  timeout_seconds: 30,
  requires_approval: true,
  approvals_required: 1,
  reversible: false,
};

/** `server`: goes before what the document says. */
export type Naming = { readonly server?: string; readonly credentials: Credentials };

/** One operation as a tool with an `http` binding, with what was inferred and from what; or every reason against it. */
export const candidateOf = (document: OpenApiDocument, operation: Operation, naming: Naming): Candidate => {
  const { original, method, path, operation: described } = operation;
  if (method === "options" || method === "trace") {
    return { original, reasons: [`${method.toUpperCase()} is no call of a tool: it asks about the service itself`] };
  }
  const auth = naming.credentials.of(operation);
  const parameters = readParameters(document, operation, auth.ok ? carriedBy(auth.value) : new Set());
  const server = serverOf(document, operation, naming.server);
  const sent = bodyOf(document, operation);
  const reasons = [...parameters.reasons, ...[server, auth, sent].flatMap((part) => (part.ok ? [] : [part.refusal]))];
  if (!server.ok || !auth.ok || !sent.ok || reasons.length > 0) return { original, reasons };
  const { body } = sent.value;
  const headers: JsonObject = {
    ...parameters.headers,
    ...auth.value.headers,
    ...(body?.type === undefined ? {} : { "content-type": body.type }),
  };
  const input = inputSchema(document, parameters.placed, body);
  if (!input.ok) return { original, reasons: input.refusal };
  const reads = method === "get" || method === "head";
  const output = outputSchema(document, operation);
  const statuses = reads ? [] : refusingStatuses(operation);
  const key = resourceKey(server.value, path, parameters.placed);
  const call: JsonObject = {
    method: method.toUpperCase(),
    url: `${server.value.origin}${server.value.path}${addressWith(path, parameters.placed)}`,
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(body === undefined ? {} : { [body.as]: { $arg: "/body" } }),
    ...(auth.value.auth === undefined ? {} : { auth: auth.value.auth }),
  };
  const isNamed = !reads && method !== "post" && key !== undefined;
  return {
    original,
    contract: {
      description: descriptionOf(described),
      ...(reads ? READS : WRITES),
      outcome_resolution: "OPAQUE",
      input_schema: input.value.schema,
      ...(output.schema === undefined ? {} : { output_schema: output.schema }),
      ...(isNamed ? { resources: [{ key, access: "write" }] } : {}),
      binding: {
        kind: "http",
        operation: original,
        hosts: [server.value.host],
        call,
        ...(statuses.length > 0 ? { no_effect_statuses: statuses } : {}),
      },
    },
    inferred: [
      riskOf(method),
      { field: "/binding/call/url", from: server.value.from },
      ...auth.value.inferred,
      ...Object.keys(parameters.headers).map((name) => ({
        field: `/binding/call/headers/${name}`,
        from: "the one value, or the default, that the document has for this header",
      })),
      ...(body?.type === undefined
        ? []
        : [{ field: "/binding/call/headers/content-type", from: "the type of the body in the document" }]),
      ...(isNamed ? [{ field: "/resources", from: `its path ${path}` }] : []),
      ...(statuses.length > 0
        ? [{ field: "/binding/no_effect_statuses", from: "the answers of 4xx that the document names" }]
        : []),
    ],
    warnings: [
      ...(described.deprecated === true ? ["the document calls it deprecated"] : []),
      ...server.value.warnings,
      ...parameters.warnings,
      ...auth.value.warnings,
      ...sent.value.warnings,
      ...warningsOf("input_schema", input.value),
      ...output.warnings,
    ],
  };
};

/** The headers that carry credentials, in small letters. */
const carriedBy = ({ auth, headers }: Authorised): ReadonlySet<string> =>
  new Set(
    [...(typeof auth?.header === "string" ? [auth.header] : []), ...Object.keys(headers)].map((name) =>
      name.toLowerCase(),
    ),
  );

const riskOf = (method: string): Inference => ({
  field: "/risk_level",
  from:
    method === "get" || method === "head"
      ? `${method.toUpperCase()}, which only reads`
      : `${method.toUpperCase()}, which may do anything: HIGH until you say otherwise`,
});

const descriptionOf = ({ summary, description }: JsonObject): string => {
  const texts = [summary, description].filter((text) => typeof text === "string").filter((text) => text !== "");
  return cutText([...new Set(texts)].join("\n\n"), LONGEST_DESCRIPTION);
};

const inputSchema = (document: OpenApiDocument, placed: readonly Placed[], body: Body | undefined) => {
  const contained = new SelfContained(document, "request");
  const entries: [string, Json][] = placed.map(({ argument, schema }) => [argument, contained.take(schema)]);
  if (body !== undefined) entries.push(["body", contained.take(body.schema)]);
  const required = [
    ...placed.filter((each) => each.required).map(({ argument }) => argument),
    ...(body?.required === true ? ["body"] : []),
  ];
  return contained.whole({
    type: "object",
    properties: Object.fromEntries(entries),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  });
};

/** Left out where it cannot be had: without it a call is as good, only less is known of what comes back. */
const outputSchema = (
  document: OpenApiDocument,
  operation: Operation,
): { readonly schema?: JsonObject; readonly warnings: readonly string[] } => {
  const { schemas, warnings } = answersOf(document, operation);
  if (schemas.length === 0) return { warnings };
  const contained = new SelfContained(document, "answer");
  const taken = schemas.map((schema) => contained.take(schema)).filter(isJsonObject);
  const [only, ...others] = taken;
  const whole = contained.whole(only !== undefined && others.length === 0 ? only : { anyOf: taken });
  if (!whole.ok) return { warnings: [`its output_schema is left out: ${whole.refusal.join("; ")}`] };
  return { schema: whole.value.schema, warnings: warningsOf("output_schema", whole.value) };
};

const warningsOf = (field: string, { warnings }: Whole): string[] =>
  warnings.map((warning) => `its ${field} ${warning}`);

/** The record that a call which replaces, changes or removes writes: the thing that its path names. */
const resourceKey = ({ host, path: base }: Server, path: string, placed: readonly Placed[]): string | undefined => {
  const arguments_ = placed.filter((each) => each.in === "path").map(({ argument }) => argument);
  if (arguments_.length === 0 || !arguments_.every((name) => /^[A-Za-z0-9_-]+$/.test(name))) return undefined;
  const key = `${host}${base}${addressWith(
    path,
    placed.filter((each) => each.in === "path"),
  )}`;
  return templateFault(key) === undefined ? key : undefined;
};
