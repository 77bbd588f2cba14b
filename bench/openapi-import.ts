import { performance } from "node:perf_hooks";
import { importOpenApi } from "../shared/contracts/import/openapi/import-openapi.ts";
import type { JsonObject } from "../shared/plan/json.ts";
import { atMost, type Figure, figureOf, medianOf } from "./figure.ts";

const OPERATIONS = 500;
const SCHEMAS = 200;
const RUNS = 5;

/** Twenty fields, and two parts that refer to others, so that most schemas bring a dozen along. */
const schemaOf = (index: number): JsonObject => ({
  type: "object",
  required: ["id", "name"],
  properties: {
    id: { type: "string", pattern: "^[a-z0-9]{8,32}$" },
    name: { type: "string", maxLength: 200, nullable: true },
    ...Object.fromEntries(
      Array.from({ length: 16 }, (_, at) => [`field_${at}`, { type: "string", description: "x".repeat(80) }]),
    ),
    parent: { $ref: `#/components/schemas/Part${(index * 7 + 1) % SCHEMAS}` },
    items: { type: "array", items: { $ref: `#/components/schemas/Part${(index * 3 + 2) % SCHEMAS}` } },
  },
});

const responseOf = (index: number): JsonObject => ({
  type: "object",
  properties: { id: { type: "string" }, label: { type: "string" }, rank: { type: "integer", minimum: index } },
});

const document = (): JsonObject => ({
  openapi: "3.0.3",
  info: { title: "A large service", version: "1" },
  servers: [{ url: "https://api.example.com/v1" }],
  paths: Object.fromEntries(
    Array.from({ length: OPERATIONS / 2 }, (_, index) => [
      `/things${index}/{id}`,
      {
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        get: {
          operationId: `things${index}/read`,
          parameters: [{ name: "fields", in: "query", schema: { type: "array", items: { type: "string" } } }],
          responses: {
            200: {
              content: { "application/json": { schema: { $ref: `#/components/schemas/Reply${index % SCHEMAS}` } } },
            },
          },
        },
        patch: {
          operationId: `things${index}/change`,
          requestBody: {
            content: { "application/json": { schema: { $ref: `#/components/schemas/Reply${index % SCHEMAS}` } } },
          },
          responses: {
            200: {
              content: { "application/json": { schema: { $ref: `#/components/schemas/Part${index % SCHEMAS}` } } },
            },
            404: {},
          },
        },
      },
    ]),
  ),
  components: {
    schemas: Object.fromEntries(
      Array.from({ length: SCHEMAS }, (_, index) => [
        [`Part${index}`, index % 10 === 0 ? responseOf(index) : schemaOf(index)],
        [`Reply${index}`, responseOf(index)],
      ]).flat(),
    ),
  },
});

export const benchOpenApiImport = (): Figure[] => {
  const read = document();
  const once = (): number => {
    const begin = performance.now();
    const made = importOpenApi(read, { location: "bench", pick: [] });
    if (!made.ok || made.value.tools.length !== OPERATIONS)
      throw new Error(`not all ${OPERATIONS} operations were proposed`);
    return performance.now() - begin;
  };
  const took = medianOf(Array.from({ length: RUNS }, once));
  return [atMost(figureOf(`import of an OpenAPI document, ${OPERATIONS} operations`, took, "ms"), 2_000)];
};
