import { describe, expect, it } from "vitest";
import { defineContract } from "../../../../../shared/contracts/define-contract.ts";
import { importOpenApi, type OpenApiImport } from "../../../../../shared/contracts/import/openapi/import-openapi.ts";
import type { JsonObject } from "../../../../../shared/plan/json.ts";

const key = (name: string, where = "header"): JsonObject => ({ type: "apiKey", in: where, name });
const securitySchemes: JsonObject = {
  client: key("X-Client"),
  secret: key("X-Secret"),
  again: key("x-secret"),
  session: key("Cookie"),
  host: key("Host"),
  blank: key("X Secret"),
  proxy: key("Proxy-Authorization"),
  type: key("Content-Type"),
  nameless: { type: "apiKey", in: "header" },
  sign: key("sign", "query"),
  token: { type: "http", scheme: "bearer" },
  basic: { type: "http", scheme: "basic" },
  flow: { type: "oauth2", flows: {} },
};

const keyIn = (scheme: string): string =>
  `"${scheme}" is a key in a header (/components/securitySchemes/${scheme}/name): `;

/** Operations by their ids, each with its ways to show who asks. */
const imported = (
  operations: { readonly [id: string]: JsonObject },
  more: Partial<OpenApiImport> = {},
  root: JsonObject = {},
) => {
  const paths = Object.fromEntries(
    Object.entries(operations).map(([operationId, given]) => [`/${operationId}`, { get: { operationId, ...given } }]),
  );
  const made = importOpenApi(
    {
      openapi: "3.1.0",
      info: { title: "CRM", version: "1" },
      servers: [{ url: "https://crm.example.com" }],
      components: { securitySchemes },
      paths,
      ...root,
    },
    { location: "crm.json", pick: [], ...more },
  );
  if (!made.ok) throw new Error(JSON.stringify(made.refusal));
  for (const { contract } of made.value.tools) expect(defineContract(contract, 1)).toMatchObject({ ok: true });
  return made.value;
};
const callsOf = (...given: Parameters<typeof imported>) =>
  imported(...given).tools.map(({ contract }) => Object(contract.binding).call);
const one = (security: JsonObject[], more: Partial<OpenApiImport> = {}) => imported({ read: { security } }, more);

describe("several credentials of an imported operation", () => {
  it("credentials in several headers are secrets of their own, one in auth and the others as headers", () => {
    const [tool] = one([{ client: [], secret: [] }]).tools;
    expect(tool?.contract.binding).toMatchObject({
      call: {
        auth: { as: "header", header: "X-Client", secret: "crm-client" },
        headers: { "X-Secret": { secret: "crm-secret" } },
      },
    });
    expect(tool?.inferred).toContainEqual({
      field: "/binding/call/headers/X-Secret",
      from: 'security scheme "secret"',
    });
  });

  it.each([["token"], ["basic"], ["flow"], ["session"]])(
    "a credential that auth alone can write is there, and those of other headers beside it: %s",
    (scheme) => {
      const [call] = callsOf({ read: { security: [{ client: [], [scheme]: [] }] } });
      expect(call).toMatchObject({
        auth: { secret: `crm-${scheme}` },
        headers: { "X-Client": { secret: "crm-client" } },
      });
    },
  );

  it("two schemes that write one header in one form are one credential", () => {
    expect(callsOf({ read: { security: [{ secret: [], again: [] }] } })).toMatchObject([
      { auth: { as: "header", header: "X-Secret", secret: "crm" } },
    ]);
  });

  it("a credential has one name in all operations of a document, whatever else they are sent with", () => {
    const operations = { both: { security: [{ client: [], token: [] }] }, one: { security: [{ token: [] }] } };
    const named = { auth: { as: "bearer", secret: "mine-token" } };
    expect(callsOf(operations, { secret: "mine" })).toMatchObject([named, named]);
    expect(callsOf(operations, { secret: "mine", pick: ["one"] })).toMatchObject([named]);
  });

  it("credentials that operations of a document are sent with apart have names of their own", () => {
    const calls = callsOf({ a: { security: [{ basic: [] }] }, b: { security: [{ token: [] }] } });
    expect(calls).toMatchObject([{ auth: { secret: "crm-basic" } }, { auth: { secret: "crm-token" } }]);
  });

  it("two schemes whose names would make one secret's name have two", () => {
    const components = { securitySchemes: { "a b": key("X-A"), "a/b": key("X-B") } };
    const [call] = callsOf({ read: { security: [{ "a b": [], "a/b": [] }] } }, {}, { components });
    expect(call).toMatchObject({ auth: { secret: "crm-a-b" }, headers: { "X-B": { secret: "crm-a-b-2" } } });
  });

  it("a parameter of a header that a credential is sent in is that credential, and no other header", () => {
    const parameters = [
      { name: "x-client", in: "header", required: true, schema: { type: "string" } },
      { name: "X-Secret", in: "header", schema: { type: "string", default: "no" } },
    ];
    const [tool] = imported({ read: { parameters, security: [{ client: [], secret: [] }] } }).tools;
    expect(tool?.warnings).toEqual([]);
    expect(tool?.contract.binding).toMatchObject({ call: { headers: { "X-Secret": { secret: "crm-secret" } } } });
  });

  it.each<[string, JsonObject]>([
    ["two that only auth can write", { token: [], session: [] }],
    ["two that are in one header", { token: [], basic: [] }],
    ["one in a header that says how a message is sent", { client: [], host: [] }],
    ["one in a header that says what the body is", { type: [], client: [] }],
    ["one for a proxy", { token: [], proxy: [] }],
    ["one in what is no header", { client: [], blank: [] }],
    ["one in what is no header, by itself", { blank: [] }],
    ["one in the query", { sign: [] }],
  ])("the way of an operation is the first one that a contract takes: after %s", (_name, way) => {
    expect(callsOf({ read: { security: [way, { secret: [] }, { token: [] }] } })).toMatchObject([
      { auth: { as: "header", header: "X-Secret", secret: "crm" } },
    ]);
  });

  it("each way that no contract takes is named by its place, the document's own too", () => {
    const security = [{ host: [] }, { token: [], session: [] }];
    const reasons = imported({ read: {} }, {}, { security }).refused.flatMap((refused) => refused.reasons);
    expect(reasons.join()).toMatch(/: at \/security\/0, "host" is .+; at \/security\/1, token and session at once, /);
  });

  it.each<[string, JsonObject, string]>([
    [
      "in a header that says how a message is sent",
      { client: [], host: [] },
      `client and host at once, and ${keyIn("host")}Host is no header for a credential`,
    ],
    [
      "in a header that says what the body is",
      { type: [], client: [] },
      `type and client at once, and ${keyIn("type")}Content-Type is no header for a credential`,
    ],
    ["for a proxy", { proxy: [] }, `${keyIn("proxy")}Proxy-Authorization is no header for a credential`],
    ["in what is no header", { blank: [] }, `${keyIn("blank")}"X Secret" is no name of an HTTP header`],
    ["in a header without a name", { nameless: [] }, '"nameless" is a key in a header without a name'],
    [
      "beside another that only auth can write",
      { token: [], session: [] },
      'token and session at once, and "token" and "session" are each for auth to write, which writes one',
    ],
    ["in the query", { client: [], sign: [] }, 'client and sign at once, and "sign" is a key in the query'],
    ["in one header", { token: [], basic: [] }, 'token and basic at once, and "token" and "basic" are in one header'],
    ["that is not described", { none: [] }, '"none" is not described'],
  ])(
    "a credential that no binding can send refuses its operation with the place, the reason and what to do: %s",
    (_name, way, why) => {
      const reasons = one([way]).refused.flatMap((refused) => refused.reasons);
      expect(reasons).toEqual([
        expect.stringContaining(
          `credentials that bindings cannot send: at /paths/~1read/get/security/0, ${why}; where the service`,
        ),
      ]);
      expect(reasons.join()).toContain("a worker of yours can send any other (docs/workers.md)");
    },
  );
});

describe("an imported operation that is sent without credentials", () => {
  const warningsOf = (file: ReturnType<typeof imported>) => file.tools.flatMap(({ warnings }) => warnings);

  it("an operation that may be sent with credentials or without has them, whichever way stands first, and a warning", () => {
    for (const security of [
      [{}, { token: [] }],
      [{ token: [] }, {}],
    ]) {
      const file = one(security);
      expect(file.tools[0]?.contract.binding).toMatchObject({ call: { auth: { as: "bearer", secret: "crm" } } });
      expect(warningsOf(file)).toEqual([
        "the document lets it be sent without credentials as well: leave auth out where you have none",
      ]);
    }
  });

  it("an operation of which the document says nothing of credentials has a warning that says how to name one", () => {
    expect(warningsOf(imported({ read: {} }))).toEqual([
      `it is sent without credentials: the document says nothing of any for it; where the service asks for one, describe it in the document (security, securitySchemes) and import that, or write it into the binding's call, such as "auth": {"as": "bearer", "secret": "crm"}`,
    ]);
  });

  it.each<[string, JsonObject]>([
    ["of which the document says nothing", {}],
    ["that takes none", { security: [] }],
    ["that takes none by a way of its own", { security: [{}] }],
  ])("a secret that is named and not used for an operation %s is told as that", (_name, operation) => {
    const [warning] = warningsOf(imported({ read: operation }, { secret: "mine" }));
    expect(warning).toContain("it is sent without credentials, and --secret mine is not used: the document says");
    expect(warning).toContain('"auth": {"as": "bearer", "secret": "mine"}');
  });

  it("an operation of which the document says that it takes no credentials has no warning of its own accord", () => {
    expect(warningsOf(one([]))).toEqual([]);
  });

  it("an operation that may be sent with two that only auth can write, or without, goes without, and a warning says why", () => {
    expect(warningsOf(one([{ token: [], session: [] }, {}]))).toEqual([
      expect.stringContaining('"token" and "session" are each for auth to write, which writes one; where the service'),
    ]);
  });

  it("an operation that may be sent with what no binding can send, or without, goes without, and a warning says why", () => {
    expect(warningsOf(one([{ sign: [] }, {}]))).toEqual([
      expect.stringContaining(
        'bindings cannot send those that it takes: at /paths/~1read/get/security/0, "sign" is a key in the query; where the service',
      ),
    ]);
  });
});
