import { describe, expect, it } from "vitest";
import type { Reach } from "../../../../shared/contracts/binding/binding.ts";
import { secretsUsed } from "../../../../shared/contracts/bound/secrets-used.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import { toolContractInput } from "../../../../shared/contracts/tool-contract.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";

const BINDING: JsonObject = {
  kind: "browser",
  hosts: ["forms.example.com"],
  open: "https://forms.example.com/contacts/{id}",
  actions: [{ fill: { label: "Stage" }, value: { $arg: "/stage" } }, { click: { role: "button", name: "Save" } }],
};

const contract = (changes: JsonObject = {}, binding: JsonObject = {}): JsonObject => ({
  tool_name: "form_stage",
  risk_level: "MEDIUM",
  reversible: false,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  outcome_resolution: "OPAQUE",
  input_schema: {
    type: "object",
    properties: { id: { type: "string" }, stage: { type: "string" }, url: { type: "string" } },
    required: ["id", "stage"],
    additionalProperties: false,
  },
  ...changes,
  binding: { ...BINDING, ...binding },
});

const REACH: Reach = { allowed_hosts: ["forms.example.com"] };

/** `[rule, place]` of everything that is wrong with it. */
const faults = (source: JsonObject, reach: Reach = REACH): string[][] => {
  const defined = defineContract(source, 1, reach);
  return defined.ok ? [] : defined.refusal.violations.map(({ rule, path }) => [rule ?? "", path]);
};

describe("a browser binding", () => {
  it("a browser binding is taken with actions on elements that people can name", () => {
    expect(faults(contract())).toEqual([]);
  });

  const REFUSED: readonly (readonly [string, JsonObject, JsonObject, readonly [string, string]])[] = [
    ["names a host with a place in it", {}, { open: "https://{id}.example.com/" }, ["binding_url", "/binding/open"]],
    [
      "opens a host that it does not name",
      {},
      { open: "https://other.example.com/" },
      ["binding_host", "/binding/open"],
    ],
    ["opens a page by plain http", {}, { open: "http://forms.example.com/" }, ["binding_https", "/binding/open"]],
    ["has credentials in an address", {}, { open: "https://a:b@forms.example.com/" }, ["binding_url", "/binding/open"]],
    [
      "names a host that the deployment does not allow",
      {},
      { hosts: ["forms.example.com", "x.example.org"] },
      ["binding_allowed_hosts", "/binding/hosts/1"],
    ],
    [
      "writes a host that is none",
      {},
      { hosts: ["forms.example.com", "https://x"] },
      ["binding_hosts", "/binding/hosts/1"],
    ],
    [
      "finds an element in two ways",
      {},
      { actions: [{ click: { role: "button", selector: "#a" } }] },
      ["binding_element", "/binding/actions/0/click"],
    ],
    ["finds an element in no way", {}, { actions: [{ click: {} }] }, ["binding_element", "/binding/actions/0/click"]],
    [
      "names an element by a number",
      {},
      { actions: [{ click: { label: 7 } }] },
      ["binding_element", "/binding/actions/0/click/label"],
    ],
    [
      "fills in an argument that the tool lacks",
      {},
      { actions: [{ fill: { label: "A" }, value: { $arg: "/stag" } }] },
      ["binding_reference", "/binding/actions/0/value"],
    ],
    [
      "opens what an argument says that the tool lacks",
      {},
      { open: { $arg: "/address" } },
      ["binding_reference", "/binding/open"],
    ],
    [
      "needs a value for its path that may be missing",
      {},
      { open: "https://forms.example.com/{url}" },
      ["binding_reference", "/binding/open"],
    ],
    [
      "fills in an old value",
      {},
      { actions: [{ fill: { label: "A" }, value: { $old: "/a" } }] },
      ["binding_reference", "/binding/actions/0/value"],
    ],
    ["does nothing to its page", {}, { actions: [{ look: true, as: "a" }] }, ["binding_actions", "/binding/actions"]],
    [
      "brings two things under one name",
      {},
      { actions: [{ click: { label: "A" } }, { read: "page", as: "a" }, { look: true, as: "a" }] },
      ["binding_actions", "/binding/actions/2"],
    ],
    [
      "claims to know a key again",
      { outcome_resolution: "IDEMPOTENT_KEY" },
      {},
      ["binding_resolution", "/outcome_resolution"],
    ],
    [
      "can be asked, and does not say how",
      { outcome_resolution: "QUERYABLE" },
      {},
      ["binding_resolution", "/binding/look_up"],
    ],
    [
      "clicks, and says that it can take that back",
      { reversible: true, compensation: "adapter" },
      {},
      ["binding_undo", "/binding/actions/1"],
    ],
    [
      "looks up by clicking",
      { outcome_resolution: "QUERYABLE" },
      {
        look_up: {
          open: "https://forms.example.com/",
          actions: [{ click: { label: "A" } }],
          happened_when: { path: "/a", equals: 1 },
        },
      },
      ["binding_actions", "/binding/look_up/actions/0"],
    ],
  ];
  for (const [why, changes, binding, found] of REFUSED) {
    it(`a browser binding that ${why} is refused with its place`, () => {
      expect(faults(contract(changes, binding))).toContainEqual([...found]);
    });
  }

  it("a browser binding of a tool that only reads neither fills nor clicks", () => {
    const reads = {
      risk_level: "LOW",
      reversible: true,
      timeout_seconds: 5,
      requires_approval: false,
      approvals_required: 0,
    };
    expect(faults(contract({ ...reads, outcome_resolution: "QUERYABLE" }))).toEqual([
      ["binding_actions", "/binding/actions/0"],
      ["binding_actions", "/binding/actions/1"],
    ]);
  });

  it("a browser binding is refused where there is no browser", () => {
    expect(faults(contract(), { ...REACH, browser: false })).toEqual([["binding_allowed_hosts", "/binding/kind"]]);
  });

  it("a browser binding says everything that is wrong with it at once", () => {
    const wrong = {
      hosts: ["x.example.org"],
      actions: [{ fill: {}, value: { $arg: "/stag" } }, { click: { role: "button" } }],
    };
    expect(
      faults(contract({}, wrong))
        .map(([rule]) => rule)
        .toSorted(),
    ).toEqual(["binding_allowed_hosts", "binding_element", "binding_host", "binding_reference"]);
  });

  it("a browser binding that signs in names its secrets for both families", () => {
    const sign_in = {
      open: "https://forms.example.com/login",
      actions: [{ fill: { label: "Password" }, secret: "forms" }, { click: { role: "button", name: "Sign in" } }],
      signed_in_when: { role: "heading", name: "Hello" },
    };
    const used = secretsUsed(toolContractInput.parse(contract({}, { sign_in })));
    expect(used.map(({ family, name, path }) => [family, name, path])).toEqual([
      ["read", "forms", "/binding/sign_in/actions/0/secret"],
      ["write", "forms", "/binding/sign_in/actions/0/secret"],
    ]);
  });
});
