import { z } from "zod";
import { isJsonObject, type Json, type JsonObject, json } from "../../shared/plan/json.ts";
import type { Endpoint } from "./http/endpoint.ts";
import { PROBLEM_KINDS } from "./http/problems.ts";
import { liveness, problem } from "./schemas.ts";
import { API_VERSION } from "./version.ts";

/** JSON Schema 2020-12, as OpenAPI 3.1 takes it. A schema that refers to itself gets a name among the components. */
class Components {
  readonly schemas: JsonObject = {};

  add(name: string, schema: z.ZodType, io: "input" | "output"): JsonObject {
    const {
      $schema: _dialect,
      $defs,
      ...converted
    } = asObject(json.parse(z.toJSONSchema(schema, { io, unrepresentable: "any", cycles: "ref" })));
    const named = (value: Json): Json => rename(value, (local) => `${name}.${local}`);
    for (const [local, definition] of Object.entries(asObject($defs ?? {}))) {
      this.schemas[`${name}.${local}`] = named(definition);
    }
    this.schemas[name] = named(converted);
    return { $ref: `#/components/schemas/${name}` };
  }
}

const asObject = (value: Json): JsonObject => (isJsonObject(value) ? value : {});

/** The same schema with its `#/$defs/x` pointing at components. */
const rename = (value: Json, nameOf: (local: string) => string): Json => {
  if (Array.isArray(value)) return value.map((item) => rename(item, nameOf));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === "$ref" && typeof item === "string" && item.startsWith("#/$defs/")
        ? [key, `#/components/schemas/${nameOf(item.slice("#/$defs/".length))}`]
        : [key, rename(item, nameOf)],
    ),
  );
};

const parameters = (schema: z.ZodType, where: "path" | "query"): Json[] => {
  const converted = asObject(json.parse(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })));
  const required = Array.isArray(converted.required) ? converted.required : [];
  return Object.entries(asObject(converted.properties ?? {})).map(([name, property]) => ({
    name,
    in: where,
    required: where === "path" || required.includes(name),
    schema: property,
  }));
};

const headerParameters = (headers: Readonly<Record<string, string>>): Json[] =>
  Object.entries(headers).map(([name, description]) => ({
    name,
    in: "header",
    required: false,
    description,
    schema: { type: "string" },
  }));

/** `POST /executions/{id}/abort` becomes `post_executions_id_abort`. */
const operationId = ({ method, path }: Endpoint): string =>
  `${method.toLowerCase()}${path.replaceAll(/[^A-Za-z0-9]+/g, "_").replace(/_$/, "")}`;

const operation = (endpoint: Endpoint, components: Components): JsonObject => {
  const { schemas, statuses, summary, description, scopes, headers } = endpoint;
  const id = operationId(endpoint);
  const content =
    schemas.reply === undefined
      ? { "application/octet-stream": { schema: {} } }
      : { "application/json": { schema: components.add(`${id}_reply`, schemas.reply, "output") } };
  return {
    operationId: id,
    summary,
    ...(description === undefined ? {} : { description }),
    security: scopes.map((scope) => ({ bearer: [scope] })),
    parameters: [
      ...parameters(schemas.params, "path"),
      ...parameters(schemas.query, "query"),
      ...headerParameters(headers ?? {}),
    ],
    ...(schemas.body === undefined
      ? {}
      : {
          requestBody: {
            required: true,
            content: { "application/json": { schema: components.add(`${id}_body`, schemas.body, "input") } },
          },
        }),
    responses: {
      ...Object.fromEntries(statuses.map((status) => [String(status), { description: "Done", content }])),
      default: { $ref: "#/components/responses/Problem" },
    },
  };
};

/** The OpenAPI 3.1 document of all routes, made from the schemas that check them. */
export const openApiDocument = (endpoints: readonly Endpoint[]): JsonObject => {
  const components = new Components();
  const problemRef = components.add("Problem", problem, "output");
  const paths: Record<string, JsonObject> = {
    "/livez": {
      get: {
        operationId: "get_livez",
        summary: "Whether the API itself is alive; needs no token",
        security: [],
        responses: {
          "200": {
            description: "Alive",
            content: { "application/json": { schema: components.add("Liveness", liveness, "output") } },
          },
        },
      },
    },
  };
  for (const endpoint of endpoints) {
    paths[endpoint.path] = {
      ...paths[endpoint.path],
      [endpoint.method.toLowerCase()]: operation(endpoint, components),
    };
  }
  const kinds = PROBLEM_KINDS.map(({ kind, status }) => `${status} urn:buddy:problem:${kind}`).join(", ");
  return {
    openapi: "3.1.0",
    info: {
      title: "Buddy",
      version: API_VERSION,
      description: "Execution control plane for AI agents' tool calls. Scopes are named in each operation's security.",
    },
    paths,
    components: {
      schemas: components.schemas,
      responses: {
        Problem: {
          description: `Any error (RFC 9457): ${kinds}`,
          content: { "application/problem+json": { schema: problemRef } },
        },
      },
      securitySchemes: { bearer: { type: "http", scheme: "bearer", bearerFormat: "JWT" } },
    },
  };
};
