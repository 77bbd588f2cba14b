import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { literalCall } from "../../../../../functions/tools/http/compose.ts";
import { defineContract } from "../../../../../shared/contracts/define-contract.ts";
import { importOpenApi, type OpenApiImport } from "../../../../../shared/contracts/import/openapi/import-openapi.ts";
import { isJsonObject, type JsonObject, jsonObject } from "../../../../../shared/plan/json.ts";
import { valueAt } from "../../../../../shared/plan/json-pointer.ts";

const documentOf = (paths: JsonObject, more: JsonObject = {}): JsonObject => ({
  openapi: "3.1.0",
  info: { title: "My CRM", version: "2" },
  servers: [{ url: "https://crm.example.com/v1" }],
  security: [],
  paths,
  ...more,
});
const imported = (document: JsonObject, more: Partial<OpenApiImport> = {}) => {
  const made = importOpenApi(document, { location: "crm.json", pick: [], ...more });
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
  return made.value;
};
const faultsOf = (document: JsonObject, pick: readonly string[] = []) => {
  const made = importOpenApi(document, { location: "crm.json", pick });
  return made.ok ? [] : made.refusal.violations.map(({ path, message }) => `${path} ${message}`);
};
const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
const contact: JsonObject = {
  "/contacts/{id}": {
    parameters: [id],
    get: {
      operationId: "contacts/read",
      responses: { 200: { content: { "application/json": { schema: { $ref: "#/components/schemas/Contact" } } } } },
    },
    patch: {
      summary: "Change a contact",
      requestBody: {
        required: true,
        content: { "application/json": { schema: { $ref: "#/components/schemas/Contact" } } },
      },
      responses: { 200: {}, 404: {}, 408: {}, 500: {} },
    },
  },
};
const components = {
  schemas: {
    Contact: {
      type: "object",
      properties: {
        name: { type: "string" },
        friend: { $ref: "#/components/schemas/Contact" },
        at: { $ref: "#/components/schemas/Place" },
      },
    },
    Place: { type: "object" },
    Unused: { type: "string" },
  },
};

describe("an imported operation", () => {
  const file = imported(documentOf(contact, { components }));
  const [read, change] = file.tools;

  it("an imported operation reads where it is GET, and is HIGH and approved where it is anything else; each says from what", () => {
    expect(read?.contract).toMatchObject({ risk_level: "LOW", requires_approval: false });
    expect(change?.contract).toMatchObject({ risk_level: "HIGH", requires_approval: true, approvals_required: 1 });
    expect(read?.inferred).toContainEqual({ field: "/risk_level", from: "GET, which only reads" });
    expect(change?.inferred).toContainEqual({
      field: "/binding/call/url",
      from: "the document's server https://crm.example.com/v1",
    });
  });

  it("an imported operation is called by its id or its path, renamed where it must be, and keeps the service's name", () => {
    expect(file.tools.map(({ original, contract }) => [original, contract.tool_name])).toEqual([
      ["contacts/read", "contacts_read"],
      ["PATCH /contacts/{id}", "PATCH_contacts_id"],
    ]);
    expect(read?.contract.binding).toMatchObject({ kind: "http", operation: "contacts/read" });
  });

  it("an imported operation sends its arguments where the document puts them", () => {
    expect(change?.contract.binding).toMatchObject({
      hosts: ["crm.example.com"],
      call: { method: "PATCH", url: "https://crm.example.com/v1/contacts/{id}", body: { $arg: "/body" } },
      no_effect_statuses: [404],
    });
    expect(change?.contract.input_schema).toMatchObject({ required: ["id", "body"], additionalProperties: false });
    expect(change?.contract.resources).toEqual([{ key: "crm.example.com/v1/contacts/{id}", access: "write" }]);
  });

  it("an imported operation has a schema of its own, with what it refers to and nothing else", () => {
    const { output_schema = {} } = read?.contract ?? {};
    const parts = isJsonObject(output_schema) && isJsonObject(output_schema.$defs) ? output_schema.$defs : {};
    expect(Object.keys(parts).sort()).toEqual(["Contact", "Place"]);
  });

  it("an imported operation is a contract that can be registered as it is", () => {
    for (const { contract } of file.tools) expect(defineContract(contract, 1)).toMatchObject({ ok: true });
  });
});

describe("an operation that bindings cannot send as the document has it", () => {
  const refusedFor = (operation: JsonObject, more: JsonObject = {}) =>
    imported(documentOf({ "/x": { post: operation } }, more)).refused.flatMap(({ reasons }) => reasons);

  it.each<[string, JsonObject, string]>([
    [
      "a form in parts",
      { requestBody: { required: true, content: { "multipart/form-data": {} } } },
      "bindings send JSON and forms",
    ],
    [
      "an object in the query",
      { parameters: [{ name: "f", in: "query", required: true, style: "deepObject", schema: { type: "object" } }] },
      '"f" is an object',
    ],
    [
      "a list in one value",
      { parameters: [{ name: "f", in: "query", required: true, explode: false, schema: { type: "array" } }] },
      "is a list in one value",
    ],
    [
      "a variable header",
      { parameters: [{ name: "X-Key", in: "header", required: true, schema: { type: "string" } }] },
      "fixed text only",
    ],
    ["a cookie", { parameters: [{ name: "s", in: "cookie", required: true, schema: {} }] }, "goes into a cookie"],
    [
      "what leaves the document",
      { parameters: [{ $ref: "other.yaml#/x" }] },
      '$ref "other.yaml#/x" points outside the document',
    ],
    ["what is not there", { requestBody: { $ref: "#/components/requestBodies/None" } }, "leads to nothing"],
    [
      "an anchor that is not there",
      { requestBody: { content: { "application/json": { schema: { $ref: "#none" } } } } },
      '$ref "#none" leads to nothing in the document',
    ],
    ["a parameter by a name", { parameters: [{ $ref: "#none" }] }, '$ref "#none" leads to nothing in the document'],
    [
      "a schema elsewhere",
      { requestBody: { content: { "application/json": { schema: { $ref: "https://x.example/s" } } } } },
      "points outside the document",
    ],
    ["credentials of a kind", { security: [{ k: [] }] }, "credentials that bindings cannot send"],
  ])("an operation that bindings cannot send is refused with a reason: %s", (_name, operation, words) => {
    expect(refusedFor(operation).join("\n")).toContain(words);
  });

  const person: JsonObject = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
  const schemaFor = (schema: JsonObject, more: JsonObject = {}) => {
    const requestBody = { required: true, content: { "application/json": { schema } } };
    const { tools, refused } = imported(documentOf({ "/x": { post: { requestBody } } }, more));
    const [tool] = tools;
    if (tool === undefined) throw new Error(JSON.stringify(refused));
    const defined = defineContract(tool.contract, 1);
    if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
    return defined.value.input_schema;
  };

  it.each<[string, JsonObject, JsonObject]>([
    ["an anchor", { $ref: "#person" }, { Person: { ...person, $anchor: "person" } }],
    ["a dynamic anchor", { $ref: "#person" }, { Person: { ...person, $dynamicAnchor: "person" } }],
    ["an anchor of a schema called like a keyword", { $ref: "#p" }, { default: { ...person, $anchor: "p" } }],
    ["an id", { $ref: "https://x.example/person" }, { Person: { ...person, $id: "https://x.example/person" } }],
    [
      "an anchor of a schema with an id",
      { $ref: "https://x.example/all#p" },
      { All: { $id: "https://x.example/all", $defs: { p: { ...person, $anchor: "p" } } } },
    ],
    [
      "a pointer in a schema with an id",
      { $ref: "#/components/schemas/All" },
      { All: { $id: "https://x.example/all", $ref: "#/$defs/p", $defs: { p: person } } },
    ],
    [
      "a component from a schema with an id",
      { $id: "https://x.example/own", $ref: "#/components/schemas/Person" },
      { Person: person },
    ],
  ])("a reference of OpenAPI 3.1 is checked by what it names: %s", (_name, schema, schemas) => {
    const { $defs } = schemaFor({ type: "object", properties: { who: schema } }, { components: { schemas } });
    expect(JSON.stringify($defs)).toContain('"required":["name"]');
    expect(JSON.stringify($defs)).not.toContain("openapi");
  });

  it("a reference of OpenAPI 3.0 knows no anchors, and what is called like one is refused as leading to nothing", () => {
    const content = { "application/json": { schema: { $ref: "#person" } } };
    const schemas = { Person: { ...person, $anchor: "person" } };
    const document = documentOf({ "/x": { post: { requestBody: { content } } } }, { components: { schemas } });
    const reasons = imported({ ...document, openapi: "3.0.3" }).refused.flatMap((refused) => refused.reasons);
    expect(reasons).toEqual(['$ref "#person" leads to nothing in the document']);
  });

  it("data of a schema stays as it is where the document's references are named anew", () => {
    const like = { $id: "a", $ref: "#p" };
    const schema = { properties: { who: { $ref: "#p" }, like: { default: like, enum: [like] } } };
    const schemas = { Person: { ...person, $anchor: "p" } };
    expect(JSON.stringify(schemaFor(schema, { components: { schemas } }))).toContain(
      JSON.stringify({ default: like, enum: [like] }),
    );
  });

  it("an operation is refused with a reason where one reference leads to the next for longer than anything real", () => {
    const schemas = Object.fromEntries(
      Array.from({ length: 5_000 }, (_, n) => [`S${n}`, { $ref: `#/components/schemas/S${n + 1}` }]),
    );
    const requestBody = { content: { "application/json": { schema: { $ref: "#/components/schemas/S0" } } } };
    const document = documentOf({ "/x": { post: { requestBody } } }, { components: { schemas } });
    const reasons = imported(document).refused.flatMap((refused) => refused.reasons);
    expect(reasons).toEqual(["its schema has more than 500 levels, those of what it refers to among them"]);
  });

  it("an operation is proposed without what it need not have, and a warning says so", () => {
    const [tool] = imported(
      documentOf({
        "/x": {
          get: {
            parameters: [{ name: "f", in: "query", style: "deepObject", schema: { type: "object" } }],
            requestBody: { content: { "application/x-www-form-urlencoded": {} } },
          },
        },
      }),
    ).tools;
    expect(tool?.warnings).toHaveLength(2);
    expect(tool?.warnings.join("\n")).toContain('query parameter "f" is left out');
  });

  it("an operation is proposed with its form, which a binding sends as one, and objects in it are named", () => {
    const schema = {
      type: "object",
      properties: {
        To: { type: "string" },
        MediaUrl: { type: "array", items: { type: "string" } },
        Attributes: { type: "object" },
      },
    };
    const content = { "application/x-www-form-urlencoded": { schema } };
    const [tool] = imported(documentOf({ "/messages": { post: { requestBody: { content } } } })).tools;
    expect(tool?.contract).toMatchObject({
      input_schema: { properties: { body: schema } },
      binding: { call: { form: { $arg: "/body" } } },
    });
    expect(tool?.warnings).toEqual(["its form has objects, and a call that gives one is not sent: Attributes"]);
    expect(defineContract(tool?.contract, 1).ok).toBe(true);
  });

  it("an operation goes without the descriptions in a schema that is too large with them, and a warning says so", () => {
    const long = { type: "string", pattern: "^a", description: "x".repeat(40_000) };
    const schema = { type: "object", properties: { a: long, description: long } };
    const content = { "application/json": { schema: { $ref: "#/components/schemas/Long" } } };
    const schemas = { Long: schema };
    const [tool] = imported(
      documentOf({ "/x": { post: { requestBody: { content } } } }, { components: { schemas } }),
    ).tools;
    expect(tool?.warnings).toEqual([expect.stringMatching(/^its input_schema goes without the descriptions in it/)]);
    const short = { type: "string", pattern: "^a" };
    expect(tool?.contract.input_schema).toMatchObject({
      $defs: { Long: { type: "object", properties: { a: short, description: short } } },
    });
    expect(defineContract(tool?.contract, 1).ok).toBe(true);
  });

  it("an operation is refused with the sizes where its schema is too large without descriptions as well", () => {
    const names = Array.from({ length: 5_000 }, (_, n) => [`a_long_name_of_a_field_${n}`, { type: "string" }]);
    const content = { "application/json": { schema: { type: "object", properties: Object.fromEntries(names) } } };
    expect(refusedFor({ requestBody: { content } })).toEqual([
      expect.stringMatching(/^its schema has \d+ bytes, and at most 65536 are allowed; without the descriptions/),
    ]);
  });

  it("an operation is taken where two flows of OAuth 2, which give one token, are asked for at once", () => {
    const flow = { type: "oauth2", flows: {} };
    const components = { securitySchemes: { code: flow, implicit: flow } };
    const get = { security: [{ code: [], implicit: [] }] };
    expect(imported(documentOf({ "/x": { get } }, { components })).tools[0]?.contract.binding).toMatchObject({
      call: { auth: { as: "bearer", secret: "my-crm" } },
    });
  });

  const components = {
    schemas: {
      Ids: { type: "array", items: { type: "string" } },
      Filter: { type: "object", properties: { a: { type: "string" } } },
      Loop: { anyOf: [{ $ref: "#/components/schemas/Loop" }, { $ref: "#/components/schemas/Filter" }] },
    },
  };
  const list = { explode: false };

  it.each<[string, JsonObject, string]>([
    ["a list in one of several schemas", { ...list, schema: { anyOf: [{ type: "array" }, { type: "null" }] } }, "list"],
    ["a list in a schema of its own", { ...list, schema: { allOf: [{ $ref: "#/components/schemas/Ids" }] } }, "list"],
    ["a list by its items", { ...list, schema: { items: { type: "string" } } }, "list"],
    ["an object in one of several schemas", { schema: { oneOf: [{ $ref: "#/components/schemas/Filter" }] } }, "object"],
    ["an object by its properties", { schema: { properties: { a: {} } } }, "object"],
    ["an object behind a schema that names itself", { schema: { $ref: "#/components/schemas/Loop" } }, "object"],
  ])("a query value that is %s is left out with a warning, and refused where it is needed", (_name, given, word) => {
    const of = (required: boolean) => {
      const parameters = [{ name: "p", in: "query", required, ...given }];
      return imported(documentOf({ "/x": { get: { parameters } } }, { components }));
    };
    const [tool] = of(false).tools;
    expect(tool?.warnings.join()).toMatch(new RegExp(`query parameter "p" is left out: it is an? ${word}`));
    expect(tool?.contract.input_schema).not.toMatchObject({ properties: { p: {} } });
    expect(of(true).refused[0]?.reasons.join()).toContain(`its query parameter "p" is a`);
  });

  it.each([
    ["/things?kind=a", "/things?kind=a&page={page}"],
    ["/things?kind=a&", "/things?kind=a&page={page}"],
    ["/things?", "/things?page={page}"],
    ["/things", "/things?page={page}"],
  ])("a query value goes behind what the path %s has already", (path, sent) => {
    const parameters = [
      { name: "page", in: "query", schema: { type: "integer" } },
      ...(path.includes("kind") ? [{ name: "kind", in: "query", schema: { type: "string" } }] : []),
    ];
    const file = imported(documentOf({ [path]: { get: { parameters } } }));
    expect(file.tools[0]?.contract.binding).toMatchObject({ call: { url: `https://crm.example.com/v1${sent}` } });
    const fixed = file.tools[0]?.warnings.filter((warning) => warning.includes("is fixed by its path"));
    expect(fixed).toHaveLength(path.includes("kind") ? 1 : 0);
  });

  it.each(["Host", "Content-Type", "Content-Length"])("an operation whose key goes into %s is refused", (name) => {
    const securitySchemes = { key: { type: "apiKey", in: "header", name } };
    const file = imported(
      documentOf({ "/x": { get: { security: [{ key: [] }] } } }, { components: { securitySchemes } }),
    );
    expect(file.refused[0]?.reasons.join()).toContain(`${name} is no header for a credential`);
  });

  it("an operation that bindings cannot send does not keep its neighbours from being proposed", () => {
    const file = imported(documentOf({ "/a": { get: {}, trace: {} }, "/b/{x}": { get: {} } }));
    expect(file.tools.map(({ original }) => original)).toEqual(["GET /a"]);
    expect(file.refused.map(({ original }) => original)).toEqual(["TRACE /a", "GET /b/{x}"]);
  });
});

describe("what a document says in its own way", () => {
  const schemas = (document: JsonObject) => imported(document).tools.map(({ contract }) => contract.input_schema);

  it("null of OpenAPI 3.0 is one of the values where nullable says so, and limits are those of draft-04", () => {
    const body: JsonObject = {
      type: "object",
      properties: {
        a: { nullable: true, oneOf: [{ type: "string" }] },
        n: { type: "number", minimum: 0, exclusiveMinimum: true },
      },
    };
    const [schema] = schemas(
      documentOf(
        { "/x": { post: { requestBody: { content: { "application/json": { schema: body } } } } } },
        { openapi: "3.0.3" },
      ),
    );
    expect(schema).toMatchObject({
      $schema: "http://json-schema.org/draft-04/schema#",
      properties: { body: { properties: { a: { oneOf: [{ type: "string" }, { enum: [null] }] } } } },
    });
  });

  it("a header with one value is sent as it is, lists repeat their name, and names are told apart", () => {
    const [tool] = imported(
      documentOf({
        "/x/{id}": {
          get: {
            parameters: [
              id,
              { name: "id", in: "query", schema: { type: "string" } },
              { name: "filter[tag]", in: "query", schema: { type: "array" } },
              { name: "Version", in: "header", required: true, schema: { enum: ["2022"] } },
            ],
          },
        },
      }),
    ).tools;
    expect(tool?.contract.binding).toMatchObject({
      call: {
        url: "https://crm.example.com/v1/x/{id}?id={query_id}&filter%5Btag%5D={$arg/filter[tag]}",
        headers: { Version: "2022" },
      },
    });
  });

  it.each<[string, JsonObject, JsonObject | undefined]>([
    ["bearer", { type: "http", scheme: "bearer" }, { as: "bearer", secret: "my-crm" }],
    ["basic", { type: "http", scheme: "basic" }, { as: "basic", secret: "my-crm" }],
    [
      "a key in a header",
      { type: "apiKey", in: "header", name: "X-Api-Key" },
      { as: "header", header: "X-Api-Key", secret: "my-crm" },
    ],
    ["OAuth 2", { type: "oauth2", flows: {} }, { as: "bearer", secret: "my-crm" }],
  ])("credentials become the name of a secret: %s", (_name, scheme, auth) => {
    const file = imported(
      documentOf({ "/x": { get: { security: [{ k: [] }] } } }, { components: { securitySchemes: { k: scheme } } }),
    );
    expect(file.tools[0]?.contract.binding).toMatchObject({ call: { auth } });
  });

  it("a server with variables has their defaults, and the one that is named goes before it", () => {
    const servers = [{ url: "https://{region}.example.com", variables: { region: { default: "eu" } } }];
    const document = documentOf({ "/x": { get: {} } }, { servers });
    expect(imported(document).tools[0]?.contract.binding).toMatchObject({ hosts: ["eu.example.com"] });
    const named = imported(document, { server: "https://other.example.com/base" });
    expect(named.tools[0]?.contract.binding).toMatchObject({ call: { url: "https://other.example.com/base/x" } });
    expect(
      imported(documentOf({ "/x": { get: {} } }, { servers: [{ url: "/api" }] })).refused[0]?.reasons[0],
    ).toContain("--server https://...");
  });
});

const bodyOf = (content: JsonObject, more: JsonObject = {}): JsonObject =>
  documentOf({ "/x": { post: { requestBody: { required: true, content }, responses: {} } } }, more);

describe("the body of an imported operation", () => {
  it("a body that is JSON of a kind is sent under its own type, and as plain JSON where the service takes that", () => {
    const merge = { "application/merge-patch+json": { schema: {} } };
    const [tool] = imported(bodyOf(merge)).tools;
    expect(tool?.contract.binding).toMatchObject({
      call: { headers: { "content-type": "application/merge-patch+json" } },
    });
    expect(tool?.inferred.map(({ field }) => field)).toContain("/binding/call/headers/content-type");
    const [plain] = imported(bodyOf({ ...merge, "application/json": { schema: {} } })).tools;
    expect(plain?.contract.binding).not.toHaveProperty("call.headers");
    for (const any of ["*/*", "application/*"]) {
      const { tools, refused } = imported(bodyOf({ [any]: { schema: {} } }));
      expect([tools.length, refused]).toEqual([1, []]);
    }
  });

  it("a request does not ask for what is only read, an answer not for what is only written; a warning names them", () => {
    const Pet = {
      type: "object",
      required: ["id", "name", "key"],
      properties: { id: { $ref: "#/components/schemas/Id" }, name: {}, key: { writeOnly: true } },
    };
    const parts = { schemas: { Pet, Id: { type: "string", readOnly: true } } };
    const media = { "application/json": { schema: { allOf: [{ $ref: "#/components/schemas/Pet" }] } } };
    const post = { requestBody: { required: true, content: media }, responses: { 200: { content: media } } };
    const [tool] = imported(documentOf({ "/x": { post } }, { components: parts })).tools;
    expect(tool?.contract.input_schema).toMatchObject({ $defs: { Pet: { required: ["name", "key"] } } });
    expect(tool?.contract.output_schema).toMatchObject({ $defs: { Pet: { required: ["id", "name"] } } });
    expect(tool?.warnings).toEqual([
      "its input_schema does not require what is readOnly: id",
      "its output_schema does not require what is writeOnly: key",
    ]);
  });

  it("a request does not ask for what is only read where another part of the schema says so", () => {
    const schema = { allOf: [{ $ref: "#/components/schemas/Base" }, { required: ["id"] }], type: "object" };
    const components = { schemas: { Base: { properties: { id: { readOnly: true } } } } };
    const [tool] = imported(bodyOf({ "application/json": { schema } }, { components })).tools;
    expect(tool?.contract.input_schema).toMatchObject({ properties: { body: { allOf: [{}, {}] } } });
    expect(JSON.stringify(tool?.contract.input_schema)).not.toContain('"required":["id"]');
  });

  const form = (schema: JsonObject, encoding: JsonObject, more: JsonObject = {}) =>
    imported(bodyOf({ "application/x-www-form-urlencoded": { schema, encoding } }, more));
  const tags = { type: "array", items: { type: "string" } };

  it("a form by reference is warned of for its objects, wherever they are described", () => {
    const components = {
      schemas: {
        Form: { properties: { at: { $ref: "#/components/schemas/At" }, o: { allOf: [{ type: "object" }] } } },
        At: { type: "object" },
      },
    };
    const { tools } = form({ $ref: "#/components/schemas/Form" }, {}, { components });
    expect(tools[0]?.warnings.join()).toContain("its form has objects, and a call that gives one is not sent: at, o");
  });

  it("a form is warned of for the objects in its lists and for its lists in lists, once each", () => {
    const components = { schemas: { At: { type: "object" } } };
    const lists = {
      type: "object",
      properties: {
        plain: tags,
        by: { type: "array", items: { $ref: "#/components/schemas/At" } },
        one: { anyOf: [{ type: "string" }, { items: { properties: { a: {} } } }] },
        grid: { type: "array", items: { type: "array" } },
        joined: { type: "array", items: { type: "object" } },
      },
    };
    const { tools } = form(lists, { joined: { style: "deepObject" } }, { components });
    expect(tools[0]?.warnings).toEqual([
      expect.stringContaining("its form takes no joined: "),
      "its form has objects, and a call that gives one is not sent: by, one",
      "its form has lists in lists, and a call that gives one is not sent: grid",
    ]);
  });

  it("a form whose list the document writes in another way takes none, and is refused where it needs it", () => {
    const open = form({ type: "object", properties: { tags, a: {} } }, { tags: { explode: false } });
    expect(open.tools[0]?.contract.input_schema).toMatchObject({
      properties: { body: { properties: { tags: { not: {} } } } },
    });
    expect(open.tools[0]?.warnings.join()).toContain("its form takes no tags");
    const needed = form(
      { type: "object", required: ["tags"], properties: { tags } },
      { tags: { style: "deepObject" } },
    );
    expect(needed.refused[0]?.reasons.join()).toContain("lists in one value");
  });
});

describe("the answers of an imported operation", () => {
  const created = { type: "object", properties: { created_id: { type: "string" } }, required: ["created_id"] };
  const existing = { type: "object", properties: { existing_id: { type: "string" } }, additionalProperties: false };
  const json = (schema: JsonObject): JsonObject => ({ content: { "application/json": { schema } } });
  const of = (responses: JsonObject, method = "post") => {
    const [tool] = imported(
      documentOf({ "/x": { [method]: { responses } } }, { components: componentsOfAnswers }),
    ).tools;
    return { schema: tool?.contract.output_schema, warnings: tool?.warnings };
  };
  const componentsOfAnswers = { responses: { Created: json(created) }, schemas: { Created: created } };
  const NO_BODY = { type: ["null"] };

  it.each<[string, JsonObject, JsonObject]>([
    ["two of success", { 200: json(existing), 201: json(created) }, { anyOf: [existing, created] }],
    [
      "two of success, one of them by reference",
      { 201: { $ref: "#/components/responses/Created" }, 200: json(existing) },
      { anyOf: [existing, created] },
    ],
    ["two of success that are alike", { 200: json(created), 201: json(created) }, created],
    ["some of a whole class", { "2XX": json(created), 200: json(existing) }, { anyOf: [existing, created] }],
    ["one with a body and one without", { 200: json(created), 202: {} }, { anyOf: [created, NO_BODY] }],
    ["one of 204, which has no body", { 200: json(created), 204: json({}) }, { anyOf: [created, NO_BODY] }],
    [
      "one that is text",
      { 200: { content: { "text/csv": { schema: { type: "string" } } } }, 202: json(created) },
      { anyOf: [created, { type: ["string", "null"] }] },
    ],
    ["one of success beside refusals", { 200: json(created), 400: json(existing), default: json(existing) }, created],
    [
      "one in JSON of several kinds",
      { 200: { content: { "application/hal+json": { schema: existing }, "application/json": { schema: created } } } },
      created,
    ],
  ])("an operation with %s gives what is by any of its answers", (_name, responses, schema) => {
    expect(of(responses)).toEqual({ schema, warnings: [] });
  });

  it.each<[string, JsonObject, string]>([
    ["of one", { 200: json(created), 201: json({}) }, "the document does not say what its answer 201 holds"],
    [
      "whether one is JSON",
      { 200: { content: { "*/*": { schema: created } } }, 201: json(created) },
      "the document does not say what its answer 200 holds",
    ],
    [
      "but refers to what is not there",
      { 200: json(created), 201: { $ref: "#/components/responses/Gone" } },
      'of its answer 201, $ref "#/components/responses/Gone" leads to nothing in the document',
    ],
  ])(
    "an operation of whose answers the document does not say all, %s, has no output_schema, and a warning says why",
    (_name, responses, why) => {
      expect(of(responses)).toEqual({ schema: undefined, warnings: [`its output_schema is left out: ${why}`] });
    },
  );

  it.each<[string, JsonObject, string]>([
    ["of no answer that it is JSON", { 200: {}, 204: {} }, "post"],
    ["of one answer nothing but that it is JSON", { 200: json({}) }, "post"],
    ["what HEAD answers, which has no body", { 200: json(created) }, "head"],
  ])(
    "an operation where the document says %s has no output_schema, and nothing is missing",
    (_name, responses, method) => {
      expect(of(responses, method)).toEqual({ schema: undefined, warnings: [] });
    },
  );
});

describe("parameters and servers of an imported operation", () => {
  it("each of three parameters that would have one name has its own", () => {
    const query = ["query_id", "id"].map((name) => ({ name, in: "query", schema: { type: "string" } }));
    const [tool] = imported(documentOf({ "/x/{id}": { get: { parameters: [id, ...query] } } })).tools;
    expect(Object.keys(Object(tool?.contract.input_schema).properties)).toEqual(["id", "query_id", "query_id_2"]);
    expect(tool?.contract.binding).toMatchObject({
      call: { url: "https://crm.example.com/v1/x/{id}?query_id={query_id}&id={query_id_2}" },
    });
  });

  it.each([[{ type: "object" }], [{ type: "array" }], [{ anyOf: [{ type: "string" }, { properties: {} }] }]])(
    "a list in the query whose elements no address can hold is left out: %j",
    (items) => {
      const parameters = [{ name: "ids", in: "query", schema: { type: "array", items } }];
      const [tool] = imported(documentOf({ "/x": { get: { parameters } } })).tools;
      expect(tool?.warnings.join()).toContain('query parameter "ids" is left out: it is a list of objects or lists');
    },
  );

  it("a server with a variable that has no default is refused by the variable's name; a number is a default", () => {
    const at = (url: string, variables: JsonObject) =>
      imported(documentOf({ "/x": { get: {} } }, { servers: [{ url, variables }] }));
    expect(at("https://a.example.com/{base}/v1", { bas: { default: "b" } }).refused[0]?.reasons).toEqual([
      'its server "https://a.example.com/{base}/v1" has no default for {base}: say which with --server https://...',
    ]);
    const numbered = at("https://a.example.com:{port}", { port: { default: 8443 } });
    expect(numbered.tools[0]?.contract.binding).toMatchObject({ hosts: ["a.example.com:8443"] });
  });

  it.each([
    ["/api/v3", "https://a.example.com", "https://a.example.com/api/v3/x"],
    ["/api/v3", "https://a.example.com/mine", "https://a.example.com/mine/x"],
    ["//b.example.com/v1", "https://a.example.com", "https://b.example.com/v1/x"],
    ["https://b.example.com/v1", "https://a.example.com", "https://a.example.com/x"],
  ])("a document's server %s, with --server %s, is %s", (url, server, wanted) => {
    const [tool] = imported(documentOf({ "/x": { get: {} } }, { servers: [{ url }] }), { server }).tools;
    expect(tool?.contract.binding).toMatchObject({ call: { url: wanted } });
  });

  it("a server's scheme and host are taken in any case, and written as they are sent", () => {
    const [tool] = imported(
      documentOf({ "/x": { get: {} } }, { servers: [{ url: "HTTPS://API.example.com/V1" }] }),
    ).tools;
    expect(tool?.contract.binding).toMatchObject({
      hosts: ["api.example.com"],
      call: { url: "https://api.example.com/V1/x" },
    });
  });

  it.each([
    "x&y",
    "a=b",
    "q?",
    "a#b",
    "a{b}",
    "{",
    "filter[name]",
    "$filter",
    "a/b~c",
    "DateSent<",
    "a b",
    "constructor",
    "__proto__",
    "it's",
  ])("a parameter called %s is an argument that fills the query value of that name", (name) => {
    const parameters = [{ name, in: "query", schema: { type: "string" } }];
    const [tool] = imported(documentOf({ "/x": { get: { parameters } } })).tools;
    const defined = defineContract(tool?.contract, 1);
    if (!defined.ok || defined.value.binding?.kind !== "http") throw new Error(JSON.stringify(defined));
    const [argument = ""] = Object.keys(jsonObject.parse(defined.value.input_schema.properties));
    const sent = literalCall(defined.value.binding.call, { $arg: (pointer) => valueAt({ [argument]: "v" }, pointer) });
    expect(sent).toMatchObject({
      ok: true,
      value: { address: `https://crm.example.com/v1/x?${encodeURIComponent(name).replaceAll("'", "%27")}=v` },
    });
  });

  it("a parameter of the query that need not be given keeps no operation from being a tool, whatever it is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (name) => {
        const parameters = [{ name, in: "query", schema: { type: "string" } }];
        const [tool] = imported(documentOf({ "/x": { get: { parameters } } })).tools;
        expect(defineContract(tool?.contract, 1).ok).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  it("parameters whose names differ by signs alone are told apart", () => {
    const parameters = ["x&y", "x_y", "x=y"].map((name) => ({ name, in: "query", schema: { type: "string" } }));
    const [tool] = imported(documentOf({ "/x": { get: { parameters } } })).tools;
    expect(tool?.contract.binding).toMatchObject({
      call: { url: "https://crm.example.com/v1/x?x%26y={x_y}&x_y={query_x_y}&x%3Dy={query_x_y_2}" },
    });
  });

  it.each<[string, JsonObject, string]>([
    ["in the query, of no name", { name: "", in: "query" }, 'query parameter "" PART has no name'],
    [
      "in a header, of another script",
      { name: "X-D", in: "header", schema: { default: "ä" } },
      'header parameter "X-D" PART cannot be a header of "ä": both must be printable ASCII in one line',
    ],
    [
      "in a header, of no name that a header has",
      { name: "X D", in: "header", schema: { default: "a" } },
      'header parameter "X D" PART cannot be a header of "a": both must be printable ASCII in one line',
    ],
    [
      "in a header that says how a message is sent",
      { name: "Connection", in: "header", schema: { default: "close" } },
      'header parameter "Connection" PART is a header, and Connection is not for a contract to set',
    ],
    [
      "in a header, which everybody would read",
      { name: "X-Api-Key", in: "header", schema: { default: "demo" } },
      'header parameter "X-Api-Key" PART is a header, and is a credential that every reader would have: keep it as a secret, and write {"secret": "name"}',
    ],
  ])(
    "a parameter that cannot be sent, %s, is left out with a warning, and refused where it is needed",
    (_name, given, words) => {
      const of = (required: boolean) =>
        imported(
          documentOf({
            "/x": {
              get: {
                parameters: [
                  { ...given, required },
                  { name: "q", in: "query" },
                ],
              },
            },
          }),
        );
      expect(of(false).tools[0]?.warnings).toEqual([words.replace("PART", "is left out: it")]);
      expect(of(false).tools[0]?.contract.binding).toMatchObject({
        call: { url: "https://crm.example.com/v1/x?q={q}" },
      });
      expect(of(true).refused[0]?.reasons).toEqual([`its ${words.replace("PART ", "")}`]);
    },
  );

  it("a header of an operation goes before that of its path, however each writes its name", () => {
    const header = (name: string, usual: string) => ({ name, in: "header", schema: { default: usual } });
    const item = { parameters: [header("X-Version", "1")], get: { parameters: [header("x-version", "2")] } };
    const [tool] = imported(documentOf({ "/x": item })).tools;
    expect(tool?.contract.binding).toMatchObject({ call: { headers: { "x-version": "2" } } });
  });

  it("the server that an operation has for itself stays where another is named, and a warning says so", () => {
    const get = { servers: [{ url: "https://uploads.example.com" }] };
    const [tool] = imported(documentOf({ "/x": { get } }), { server: "https://a.example.com" }).tools;
    expect(tool?.contract.binding).toMatchObject({ hosts: ["uploads.example.com"] });
    expect(tool?.warnings).toEqual([
      "--server is not for it: the document has a server of its own for it, https://uploads.example.com",
    ]);
  });

  it("an operation that stands beside the reference of its path is imported like those that it refers to", () => {
    const document = documentOf(
      { "/x": { $ref: "#/components/pathItems/x", post: { operationId: "extra" } } },
      { components: { pathItems: { x: { get: { operationId: "usual" } } } } },
    );
    expect(imported(document).tools.map(({ original }) => original)).toEqual(["usual", "extra"]);
  });
});

describe("a document that cannot be read", () => {
  it("a text with half a character is named by its place", () => {
    const document = documentOf({ "/x": { get: { description: "bad \ud800" } } });
    expect(faultsOf(document)).toEqual([expect.stringMatching(/^\/paths\/~1x\/get\/description holds half of a/u)]);
  });

  it.each<[string, JsonObject, string]>([
    ["Swagger 2.0", { swagger: "2.0", paths: {} }, "/swagger is a Swagger 2.0 document: convert it"],
    ["an unknown version", { openapi: "4.0.0", paths: {} }, '/openapi must be 3.0.x or 3.1.x, not "4.0.0"'],
    ["no version", {}, "/openapi must be 3.0.x or 3.1.x"],
    [
      "a version without quotes",
      { openapi: 3.1, paths: {} },
      '/openapi must be 3.0.x or 3.1.x as text, and here it is the number 3.1: write it in quotes, "3.1"',
    ],
    ["nothing in it", { openapi: "3.1.0", paths: {} }, "/paths has no operation"],
  ])("a document that cannot be read is refused with place and remedy: %s", (_name, document, words) => {
    expect(faultsOf(document).join("\n")).toContain(words);
  });

  it("a refused OpenAPI document is told every fault at once", () => {
    expect(faultsOf({ openapi: "2", paths: { x: {}, "/a": 1, "/b": { get: [] } } })).toHaveLength(4);
  });

  it.each<[string, JsonObject, string, string]>([
    ["a path elsewhere", { "/a": { $ref: "./a.yaml" } }, "/a", '$ref "./a.yaml" points outside the document'],
    ["a path by a reference to nothing", { "/a": { $ref: "#/components/pathItems/A" } }, "/a", "leads to nothing"],
    ["a path that is no object", { "/a": 1 }, "/a", "must be an object with an operation for each method"],
    ["a path without /", { a: { get: { operationId: "readA" } } }, "readA", 'a path begins with /: write "/a"'],
    ["a path without / and operations", { a: {} }, "a", 'a path begins with /: write "/a"'],
    ["an operation that is no object", { "/a": { get: [] } }, "GET /a", "must be an object: an operation"],
  ])(
    "what cannot be read in a document is refused by itself, and the others are proposed: %s",
    (_name, odd, as, why) => {
      const document = documentOf({ ...odd, "/b": { get: { operationId: "b" } } });
      const file = imported(document);
      expect(file.tools.map(({ original }) => original)).toEqual(["b"]);
      expect(file.refused).toEqual([{ original: as, reasons: [expect.stringContaining(why)] }]);
      expect(imported(document, { pick: ["b"] }).refused).toEqual([]);
      expect(imported(document, { pick: [as] })).toMatchObject({ tools: [], refused: [{ original: as }] });
    },
  );

  it("an operation that stands beside the reference of a path which leads elsewhere is refused with that path", () => {
    const paths = { "/a": { $ref: "./a.yaml", get: { operationId: "readA" } }, "/b": { get: {} } };
    expect(imported(documentOf(paths)).refused.map(({ original }) => original)).toEqual(["/a", "readA"]);
  });

  it("an operation that is picked at a path which leads elsewhere is refused by that, and one by an unknown id is, too", () => {
    const document = documentOf({ "/a": { $ref: "./a.yaml" }, "/b": { get: {} } });
    expect(imported(document, { pick: ["GET /a"] }).refused).toHaveLength(1);
    expect(faultsOf(document, ["readA"])).toEqual([
      expect.stringContaining('has no operation "readA"'),
      expect.stringContaining('/paths/~1a $ref "./a.yaml" points outside the document'),
    ]);
  });

  it("a document has each picked operation that it lacks named, with the near one", () => {
    const document = documentOf({ "/a": { get: { operationId: "readThing" } } });
    expect(faultsOf(document, ["readThing", "GET /a"])).toEqual([]);
    expect(faultsOf(document, ["readThng", "GET /b"])).toEqual([
      '/paths has no operation "readThng"; did you mean "readThing"?',
      expect.stringContaining('has no operation "GET /b"'),
    ]);
  });

  it("reading an OpenAPI document never throws, whatever stands in it", () => {
    const odd = fc.jsonValue({ maxDepth: 2 });
    fc.assert(
      fc.property(odd, odd, odd, odd, (parameters, requestBody, responses, security) => {
        const operation = JSON.parse(JSON.stringify({ parameters, requestBody, responses, security }));
        const file = imported(documentOf({ "/a/{b}": { put: operation } }));
        expect(file.tools.length + file.refused.length).toBe(1);
      }),
      { numRuns: 100 },
    );
  });
});
