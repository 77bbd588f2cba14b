import { describe, expect, it } from "vitest";
import { secretInWords, secretsUsed } from "../../../../shared/contracts/bound/secrets-used.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import { type JsonObject, jsonObject } from "../../../../shared/plan/json.ts";
import { crmBinding, crmContract } from "./contracts.ts";

const ALLOWED = { allowed_hosts: ["crm.example.com"] };

const faultsOf = (contract: JsonObject, reach = ALLOWED): string[] => {
  const defined = defineContract(contract, 1, reach);
  return defined.ok ? [] : defined.refusal.violations.map(({ path, message }) => `${path}: ${message}`);
};
const call = jsonObject.parse(crmBinding().call);
const read = jsonObject.parse(crmBinding().read);
const undo = jsonObject.parse(crmBinding().undo);
const withCall = (changes: JsonObject): JsonObject => crmContract(crmBinding({ call: { ...call, ...changes } }));
const without = (binding: JsonObject, ...names: string[]): JsonObject =>
  Object.fromEntries(Object.entries(binding).filter(([name]) => !names.includes(name)));

describe("a contract with an http binding", () => {
  it.each<[string, JsonObject]>([
    ["an argument in a query value of any name", { url: "https://crm.example.com/contacts/{contact_id}?token={note}" }],
    ["an argument in a field of any name", { body: { password: { $arg: "/note" } } }],
    ["a field that names no credential", { body: { token_type: "card", key: "k", secret_santa: "no" } }],
    ["headers that are none", { headers: { "X-Version": "2", "Content-Type": "application/vnd.crm+json" } }],
    ["a whole Authorization that is a secret", { auth: { as: "header", header: "Authorization", secret: "s" } }],
  ])("an http binding is taken with %s", (_name, changes) => {
    expect(faultsOf(withCall(changes))).toEqual([]);
  });

  it("an http binding is taken whole, and is part of what its contract's hash says", () => {
    const one = defineContract(crmContract(crmBinding()), 1, ALLOWED);
    const other = defineContract(crmContract(crmBinding({ no_effect_statuses: [404] })), 1, ALLOWED);
    if (!one.ok || !other.ok) throw new Error(JSON.stringify([one, other]));
    expect(one.value.binding).toMatchObject({ kind: "http", hosts: ["crm.example.com"] });
    expect(one.value.content_hash).not.toBe(other.value.content_hash);
  });

  it("a contract that has no binding, or the sandbox's, is the sandbox's, and says the same as before there were bindings", () => {
    const plain = without(crmContract({}), "binding");
    const [one, other] = [defineContract(plain, 1), defineContract({ ...plain, binding: { kind: "sandbox" } }, 1)];
    if (!one.ok || !other.ok) throw new Error(JSON.stringify([one, other]));
    expect(one.value).not.toHaveProperty("binding");
    expect(other.value.binding).toEqual({ kind: "sandbox" });
  });

  it.each<[string, JsonObject, string]>([
    ["a kind that is not built", crmContract({ kind: "telegraph" }), '/binding/kind: must be "sandbox"'],
    [
      "a place in the host",
      withCall({ url: "https://{contact_id}.example.com/contacts" }),
      '/binding/call/url: crm_set_stage: address "https://{contact_id}.example.com/contacts" has a place in its host',
    ],
    [
      "a place in the name of a query value",
      withCall({ url: "https://crm.example.com/contacts?{note}=1" }),
      "names are fixed",
    ],
    ["a password in the address", withCall({ url: "https://a:b@crm.example.com/x" }), "credentials are secrets"],
    ["a fragment", withCall({ url: "https://crm.example.com/x#y" }), "nothing after #"],
    [
      "an address that a client would change",
      withCall({ url: "https://crm.example.com/a/../b" }),
      'as it is sent: "https://crm.example.com/b"',
    ],
    ["a host in capitals", withCall({ url: "https://CRM.example.com/a" }), "must be written as it is sent"],
    ["plain http", withCall({ url: "http://crm.example.com/a" }), "must begin with https://"],
    [
      "a host that is not among its hosts",
      withCall({ url: "https://other.example.com/a" }),
      '/binding/call/url: crm_set_stage: reaches "other.example.com", which is not among the binding\'s hosts',
    ],
    [
      "a token from a host that is not among its hosts",
      withCall({
        auth: { as: "client_credentials", token_url: "https://id.example.com/token", client_id: "x", secret: "s" },
      }),
      '/binding/call/auth/token_url: crm_set_stage: reaches "id.example.com"',
    ],
    [
      "an argument in the path that the schema lacks",
      withCall({ url: "https://crm.example.com/contacts/{contactid}" }),
      'takes argument "/contactid", which the tool does not have; did you mean "contact_id"?',
    ],
    [
      "an argument in the body that the schema lacks, at its place",
      withCall({ body: { a: [{ $arg: "/fields/stag" }] } }),
      '/binding/call/body/a/0: crm_set_stage: takes argument "/fields/stag"',
    ],
    [
      "an argument in the path that may be missing",
      withCall({ url: "https://crm.example.com/contacts/{note}" }),
      'its path needs argument "/note": make it required',
    ],
    [
      "a misspelt place",
      withCall({ body: { a: { $argument: "/note" } } }),
      '/binding/call/body/a: crm_set_stage: "$argument" is no place',
    ],
    ["a place beside other fields", withCall({ body: { a: { $arg: "/note", b: 1 } } }), "$arg stands alone"],
    ["a place that is no pointer", withCall({ body: { $arg: "note" } }), "takes a JSON Pointer"],
    [
      "an output where nothing has been called",
      withCall({ body: { $output: "/id" } }),
      "takes the value of the call's output /id, which is not known when it is made",
    ],
    ["a body on a GET", withCall({ method: "GET" }), "a GET request has no body"],
    [
      "a header that says how a message is sent",
      withCall({ headers: { "Transfer-Encoding": "x" } }),
      "is not for a contract to set",
    ],
    ["a credential in a header", withCall({ headers: { Authorization: "Bearer x" } }), "use auth"],
    [
      "a header that is sent twice",
      withCall({ headers: { "Idempotency-Key": "x" }, idempotency_header: "idempotency-key" }),
      "header idempotency-key would be sent twice",
    ],
    ["a key in a header of the message", withCall({ idempotency_header: "Content-Length" }), "is no header for a key"],
    ["a key in the type of the body", withCall({ idempotency_header: "Content-Type" }), "is no header for a key"],
    ["a key in the place of a credential", withCall({ idempotency_header: "Authorization" }), "is no header for a key"],
    [
      "a key and a credential in one header",
      withCall({ auth: { as: "header", header: "X-Key", secret: "crm" }, idempotency_header: "x-key" }),
      "header x-key would be sent twice",
    ],
    [
      "a credential in a header of the message",
      withCall({ auth: { as: "header", header: "Host", secret: "crm" } }),
      "Host is no header for a credential",
    ],
    ...["X-Api-Key", "x-auth-token", "Ocp-Apim-Subscription-Key"].map((header): [string, JsonObject, string] => [
      `a text for ${header}`,
      withCall({ headers: { [header]: "canary-text" } }),
      `/binding/call/headers/${header}: crm_set_stage: is a credential that every reader would have`,
    ]),
    [
      "a scheme with a credential under another name",
      withCall({ headers: { "X-Forwarded": "Bearer canary-text" } }),
      "/binding/call/headers/X-Forwarded: crm_set_stage: is a credential",
    ],
    [
      "a credential in the query of an address",
      withCall({ url: "https://crm.example.com/contacts/{contact_id}?api_key=canary" }),
      "/binding/call/url: crm_set_stage: has a credential in its query",
    ],
    [
      "a credential in a body, however deep",
      withCall({ body: { a: [{ clientSecret: { $literal: "canary" } }] } }),
      "/binding/call/body/a/0/clientSecret/$literal: crm_set_stage: is a credential",
    ],
    [
      "a token of a known make in a body",
      withCall({ body: { note: "ghp_canary000000" } }),
      "/binding/call/body/note: crm_set_stage: is a credential",
    ],
    [
      "the password of a page's form",
      crmContract({
        kind: "browser",
        hosts: ["crm.example.com"],
        open: "https://crm.example.com/",
        sign_in: {
          open: "https://crm.example.com/sign-in",
          actions: [{ fill: { label: "Your password" }, value: "canary" }],
          signed_in_when: { role: "status" },
        },
        actions: [{ click: { role: "button" } }],
      }),
      "/binding/sign_in/actions/0/value: crm_set_stage: is a credential",
    ],
    ["a header of two lines", withCall({ headers: { "X-A": "a\r\nb" } }), "must be printable ASCII in one line"],
    [
      "a secret that is written out",
      withCall({ auth: { as: "bearer", secret: "Bearer abc def" } }),
      "must be a secret's name",
    ],
    [
      "a status that is no refusal",
      crmContract(crmBinding({ no_effect_statuses: [500] })),
      "500 never says that nothing happened",
    ],
    [
      "changes without a read",
      crmContract(without(crmBinding({ undo: { ...undo, body: {} } }), "read")),
      "old values come from read",
    ],
    [
      "an undo that uses old values without a read",
      crmContract(without(crmBinding({ changes: [] }), "read")),
      "/binding/undo: crm_set_stage: takes $old, an old value, but the binding declares no read",
    ],
    [
      "an undo that could overwrite what others wrote",
      crmContract(crmBinding({ changes: [] })),
      "undoes only what is still as the call left it",
    ],
    [
      "an undo that is never used",
      crmContract(crmBinding(), { reversible: false, compensation: "none" }),
      "/binding/undo: crm_set_stage: is never used",
    ],
    ["no undo where it is to undo", crmContract(without(crmBinding(), "undo")), "the binding declares no undo"],
    ["no look-up where it is to be asked", crmContract(without(crmBinding(), "look_up")), "declare look_up"],
    [
      "a look-up that is never used",
      crmContract(crmBinding(), { outcome_resolution: "OPAQUE" }),
      "/binding/look_up: crm_set_stage: is never used",
    ],
    [
      "no key where one is to be sent again",
      crmContract(without(crmBinding(), "look_up"), { outcome_resolution: "IDEMPOTENT_KEY" }),
      "no key is sent",
    ],
    [
      "a read that writes",
      crmContract(crmBinding({ read: { ...read, method: "DELETE" } })),
      "/binding/read/method: crm_set_stage: reads, so it sends",
    ],
    [
      "a tool that only reads and says how to undo",
      crmContract(crmBinding(), { resources: [{ key: "crm:contact:{contact_id}", access: "read" }] }),
      "/binding/undo: crm_set_stage: a tool that only reads",
    ],
    [
      "a host that is none",
      crmContract(crmBinding({ hosts: ["crm.example.com/x"] })),
      '/binding/hosts/0: crm_set_stage: host "crm.example.com/x" is no host',
    ],
    [
      "a form beside a body",
      withCall({ form: { stage: { $arg: "/fields/stage" } } }),
      "/binding/call/form: crm_set_stage: a request has a body in JSON or a form, not both",
    ],
    [
      "an argument in a form that the tool does not have",
      crmContract(crmBinding({ call: { ...without(call, "body"), form: { stage: { $arg: "/stag" } } } })),
      '/binding/call/form/stage: crm_set_stage: takes argument "/stag"',
    ],
    [
      "an output schema that is none",
      crmContract(crmBinding(), { output_schema: { type: "txt" } }),
      "/output_schema/type: ",
    ],
  ])("an http binding is refused for %s", (_name, contract, words) => {
    expect(faultsOf(contract).join("\n")).toContain(words);
  });

  it("a contract with an http binding is told everything at once, also what the deployment does not allow", () => {
    const contract = withCall({ url: "https://other.example.com/{x}", body: { $arg: "/y" }, headers: { Host: "z" } });
    const rules = defineContract(contract, 1, { allowed_hosts: [] });
    if (rules.ok) throw new Error("it was taken");
    expect(rules.refusal.violations.map(({ rule }) => rule).sort()).toEqual([
      "binding_allowed_hosts",
      "binding_header",
      "binding_host",
      "binding_reference",
      "binding_reference",
    ]);
  });

  it.each<[string, string, string, boolean]>([
    ["its own name", "crm.example.com", "crm.example.com", true],
    ["a name below", "crm.example.com", "*.example.com", true],
    ["any name", "crm.example.com", "*", true],
    ["a longer name that ends alike", "crm.badexample.com", "*.example.com", false],
    ["the name above", "example.com", "*.example.com", false],
    ["another port", "crm.example.com:8443", "crm.example.com", false],
    ["the port that is named", "crm.example.com:8443", "*.example.com:8443", true],
  ])("an http binding may name a host that is allowed by %s only where that is so", (_name, host, pattern, allowed) => {
    const url = `https://${host}/contacts/{contact_id}`;
    const binding = crmBinding({ hosts: [host], call: { ...call, url } });
    const reached = without(binding, "read", "look_up", "undo", "changes");
    const contract = crmContract(reached, { reversible: false, compensation: "none", outcome_resolution: "OPAQUE" });
    expect(faultsOf(contract, { allowed_hosts: [pattern] })).toHaveLength(allowed ? 0 : 1);
  });
});

describe("the secrets that a binding names", () => {
  const used = (contract: JsonObject) => {
    const defined = defineContract(contract, 1);
    if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
    return secretsUsed(defined.value).map((secret) => `${secret.path} ${secretInWords(secret)}`);
  };

  it("secrets are of the family by which each request is made: DRY_RUN's for reading, LIVE's for what acts or is looked up", () => {
    const auth = { as: "bearer", secret: "crm" };
    const { look_up, undo, ...rest } = crmBinding();
    const asked = {
      ...jsonObject.parse(look_up),
      request: { method: "GET", url: "https://crm.example.com/calls/{$key}", auth },
    };
    const only_when = {
      request: { method: "GET", url: "https://crm.example.com/contacts/{contact_id}", auth },
      still: { path: "/contact/stage", equals: { $arg: "/fields/stage" } },
    };
    expect(
      used(crmContract({ ...rest, look_up: asked, undo: { ...jsonObject.parse(undo), auth, only_when } })),
    ).toEqual([
      "/binding/call/auth/secret write/crm-write",
      "/binding/read/auth/secret read/crm-read",
      "/binding/look_up/request/auth/secret write/crm",
      "/binding/undo/auth/secret write/crm",
      "/binding/undo/only_when/request/auth/secret read/crm",
    ]);
  });

  it("secrets of a tool that only reads are for reading", () => {
    const call = { method: "GET", url: "https://crm.example.com/contacts", auth: { as: "bearer", secret: "crm" } };
    const binding = { kind: "http", hosts: ["crm.example.com"], call };
    const read = { risk_level: "LOW", timeout_seconds: 5, requires_approval: false, approvals_required: 0 };
    const contract = crmContract(binding, {
      ...read,
      compensation: "none",
      outcome_resolution: "OPAQUE",
      resources: [],
    });
    expect(used(contract)).toEqual(["/binding/call/auth/secret read/crm"]);
  });
});
