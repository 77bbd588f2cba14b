import { describe, expect, it } from "vitest";
import type { Reach } from "../../../../shared/contracts/binding/binding.ts";
import { secretInWords, secretsUsed } from "../../../../shared/contracts/bound/secrets-used.ts";
import { defineContract } from "../../../../shared/contracts/define-contract.ts";
import { serviceOf } from "../../../../shared/contracts/service.ts";
import { contractFrom, templateOf } from "../../../../shared/contracts/templates/index.ts";
import { type JsonObject, jsonObject } from "../../../../shared/plan/json.ts";

const REACH: Reach = { allowed_hosts: ["*.microsoft.com", "*.microsoftonline.com", "services.leadconnectorhq.com"] };
const contract = (tool: string, changes: JsonObject = {}, binding: JsonObject = {}): JsonObject => {
  const template = templateOf(tool);
  const given = tool.startsWith("ghl")
    ? { location_id: "loc1" }
    : { tenant_id: "t1", client_id: "c1", sender: "agents@example.com" };
  const filled = template.ok ? contractFrom(template.value, given) : template;
  if (!filled.ok) throw new Error(filled.refusal);
  return { ...filled.value, ...changes, binding: { ...jsonObject.parse(filled.value.binding), ...binding } };
};
const faultsOf = (given: JsonObject, reach: Reach = REACH): string[] => {
  const made = defineContract(given, 1, reach);
  return made.ok ? [] : made.refusal.violations.map(({ path, rule }) => `${path} ${rule}`);
};

describe("a contract with a builtin binding", () => {
  it.each([
    ["msgraph_send_email", ["write/msgraph"], "msgraph"],
    ["ghl_search", ["read/gohighlevel"], "ghl"],
    ["ghl_update_contact", ["read/gohighlevel", "write/gohighlevel"], "ghl"],
    ["ghl_create_contact", ["read/gohighlevel", "write/gohighlevel"], "ghl"],
  ])("a builtin binding of %s is taken, with its secrets and its service", (tool, secrets, service) => {
    const made = defineContract(contract(tool), 1, REACH);
    if (!made.ok) throw new Error(JSON.stringify(made.refusal));
    expect(secretsUsed(made.value).map(secretInWords)).toEqual(secrets);
    expect(serviceOf(made.value)).toBe(service);
    expect(serviceOf({ ...made.value, rate_limit: null })).toMatch(
      /^(graph\.microsoft|services\.leadconnectorhq)\.com$/,
    );
  });

  const schema = { type: "object", additionalProperties: false };
  it.each<[string, JsonObject, string[]]>([
    ["an adapter that there is not", contract("ghl_search", {}, { adapter: "salesforce" }), ["/binding/adapter value"]],
    [
      "a host that is none, and one that is not allowed",
      contract("msgraph_send_email", {}, { graph_host: "not a host", login_host: "login.example.com" }),
      [
        "/binding/graph_host binding_hosts",
        "/binding/graph_host binding_allowed_hosts",
        "/binding/login_host binding_allowed_hosts",
      ],
    ],
    [
      "ids that would be part of an address",
      contract("msgraph_send_email", {}, { tenant_id: "../t", sender: "a@b.c/../d" }),
      ["/binding/tenant_id format", "/binding/sender format"],
    ],
    [
      "arguments that are missing, not required, or not sent",
      contract("msgraph_send_email", {
        input_schema: { ...schema, properties: { to: {}, subject: {}, bcc: {} }, required: ["to"] },
      }),
      [
        "/input_schema binding_reference",
        "/input_schema binding_reference",
        "/input_schema/properties/bcc binding_arguments",
      ],
    ],
    [
      "an undo of what cannot be undone, and a key that nobody recognises",
      contract("msgraph_send_email", {
        risk_level: "MEDIUM",
        reversible: true,
        compensation: "adapter",
        outcome_resolution: "IDEMPOTENT_KEY",
      }),
      ["/compensation binding_undo", "/outcome_resolution binding_resolution"],
    ],
    [
      "a search that counts as writing",
      contract("ghl_search", { risk_level: "HIGH", reversible: false, requires_approval: true, approvals_required: 1 }),
      ["/risk_level binding_risk"],
    ],
    [
      "a creation that counts as reading",
      contract(
        "ghl_search",
        { input_schema: { ...schema, properties: { email: {} }, required: ["email"] } },
        { does: "create" },
      ),
      ["/risk_level binding_risk"],
    ],
  ])("a builtin binding is refused with %s", (_what, given, faults) => {
    expect(faultsOf(given)).toEqual(faults);
  });

  it("a builtin binding is refused without the secrets that it names, for each family that it is sent with", () => {
    const missing_secrets = new Set(["read/gohighlevel", "write/gohighlevel"]);
    expect(faultsOf(contract("ghl_search"), { ...REACH, missing_secrets })).toEqual([
      "/binding/secret binding_secrets",
    ]);
    expect(faultsOf(contract("ghl_update_contact"), { ...REACH, missing_secrets })).toHaveLength(2);
  });
});
