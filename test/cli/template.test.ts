import { describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { standardContracts } from "../../shared/contracts/standard-contracts.ts";
import { CONTRACT_TEMPLATES, contractFrom } from "../../shared/contracts/templates/index.ts";
import { jsonObject } from "../../shared/plan/json.ts";
import { fakeContext } from "./fake-context.ts";

const MAIL = ["tenant_id=t-1", "client_id=c-1", "sender=agents@example.com"];

describe("a standard tool as it acts for real", () => {
  it("a template of a standard tool is written beside the person, filled in, with what is left to do; nothing is sent", async () => {
    const cli = fakeContext({});
    expect(await cli.run("contracts", "template", "msgraph_send_email", "--set", ...MAIL.slice(0, 2))).toBe(EXIT.ok);
    const { binding } = jsonObject.parse(JSON.parse(cli.files.get("msgraph_send_email.contract.json") ?? ""));
    expect(binding).toMatchObject({ kind: "builtin", tenant_id: "t-1", client_id: "c-1", sender: "<sender>" });
    expect(cli.stdout()).toContain("fill in <sender>: address of the mailbox");
    expect(cli.stdout()).toContain("keep its secret: buddy secrets set write/msgraph");
    expect(cli.stdout()).toContain("--allow-host graph.microsoft.com");
    expect(cli.stdout()).toContain("buddy contracts confirm msgraph_send_email");
    expect(cli.sent).toEqual([]);
  });

  it("a template of a standard tool never writes over a file", async () => {
    const cli = fakeContext({ files: { "ghl_search.contract.json": "mine" } });
    expect(await cli.run("contracts", "template", "ghl_search")).toBe(EXIT.usage);
    expect(cli.files.get("ghl_search.contract.json")).toBe("mine");
    expect(await cli.run("contracts", "template", "ghl_search", "--out", "other.json")).toBe(EXIT.ok);
  });

  it.each([
    [["msgraph_send_mail"], EXIT.not_found, 'did you mean "msgraph_send_email"?'],
    [["ghl_search", "--set", "locaton_id=x"], EXIT.usage, 'did you mean "location_id"?'],
    [["ghl_search", "--set", "location_id"], EXIT.usage, "--set takes name=value"],
  ])("a template of a standard tool is not made of %j", async (words, code, said) => {
    const cli = fakeContext({});
    expect(await cli.run("contracts", "template", ...words)).toBe(code);
    expect(cli.stderr()).toContain(said);
    expect([...cli.files.keys()]).toEqual([]);
  });

  it("a template of a standard tool is listed, with what it asks for", async () => {
    const cli = fakeContext({});
    expect(await cli.run("contracts", "template")).toBe(EXIT.ok);
    expect(cli.stdout()).toContain("msgraph_send_email  asks for tenant_id, client_id, sender");
  });
});

/** A value that could be right, for each place of a template. */
const VALUES: { readonly [name: string]: string } = {
  tenant_id: "t-1",
  client_id: "c-1",
  sender: "agents@example.com",
  location_id: "ve9EPM428h8vShlRW1KT",
  host: "api.example.com",
  path: "v1/contacts",
};

describe.each(CONTRACT_TEMPLATES.map((template) => [template.tool_name, template] as const))("%s", (name, template) => {
  const made = (given: { [name: string]: string }) => {
    const contract = contractFrom(template, given);
    if (!contract.ok) throw new Error(contract.refusal);
    return contract.value;
  };

  it("a template with anything left to fill in is refused by its binding, and by nothing else", () => {
    const defined = defineContract(made({}), 2);
    const paths = defined.ok ? [] : defined.refusal.violations.map(({ path }) => path);
    expect(paths.length > 0).toBe(Object.keys(template.fill_in).length > 0);
    expect(paths.filter((path) => !path.startsWith("/binding"))).toEqual([]);
  });

  it("a template that is filled in is a contract, that asks whom the sandbox's tool asks", () => {
    const given = Object.fromEntries(Object.keys(template.fill_in).map((each) => [each, VALUES[each] ?? ""]));
    const defined = defineContract(made(given), 2);
    if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
    const standard = standardContracts().find(({ tool_name }) => tool_name === name);
    for (const field of ["risk_level", "requires_approval", "approvals_required", "required_permissions"] as const) {
      expect(defined.value[field]).toEqual(standard?.[field]);
    }
  });
});
