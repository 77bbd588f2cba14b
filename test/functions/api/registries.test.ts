import { describe, expect, it } from "vitest";
import { memorySecretNames } from "../../../functions/adapters/memory/secrets.ts";
import {
  agentList,
  agentReply,
  contractList,
  contractReply,
  healthReply,
  metricReply,
  signalPage,
} from "../../../functions/api/schemas.ts";
import { registryStatistics } from "../../../shared/contracts/registry.ts";
import { standardContracts } from "../../../shared/contracts/standard-contracts.ts";
import { contractFrom } from "../../../shared/contracts/templates/index.ts";
import { PAGE_TEMPLATES } from "../../../shared/contracts/templates/page-templates.ts";
import { toolContract } from "../../../shared/contracts/tool-contract.ts";
import { emptyAggregate } from "../../../shared/feedback/aggregate.ts";
import { metricsOf } from "../../../shared/health/metrics.ts";
import { as, harness, NOON, POLICY, problemIn, updatePlan } from "./harness.ts";

const crmNote = {
  description: "Adds a note",
  risk_level: "MEDIUM",
  reversible: false,
  timeout_seconds: 20,
  requires_approval: true,
  approvals_required: 1,
  compensation: "none",
  outcome_resolution: "QUERYABLE",
};

const undone = (compensation: unknown) => ({ reversible: true, compensation });

describe("/contracts", () => {
  it("a contract that leaves its undoing to an adapter that cannot undo it is refused, and told what does", async () => {
    const h = await harness();
    const refused = await problemIn(await h.put("/contracts/crm_note", { ...crmNote, ...undone("adapter") }));
    expect(refused.status).toBe(400);
    expect(refused.violations).toEqual([
      {
        path: "/compensation",
        rule: "adapter_cannot_undo",
        message: expect.stringContaining("crm_note: no adapter here can undo it: name a tool that does"),
      },
    ]);
    const binding = { kind: "sandbox" };
    const bound = await problemIn(await h.put("/contracts/crm_note", { ...crmNote, ...undone("adapter"), binding }));
    expect(bound.violations).toEqual(refused.violations);
    const { contracts } = contractList.parse(await (await h.get("/contracts")).json());
    const standard = contracts.find(({ tool_name }) => tool_name === "ghl_update_contact");
    expect(standard?.compensation).toBe("adapter");
    const again = await h.put("/contracts/ghl_update_contact", { ...standard, description: "Changes a contact" });
    expect(again.status).toBe(201);
  });

  it("contracts are listed with statistics, the standard tools among them", async () => {
    const h = await harness();
    const { contracts, statistics } = contractList.parse(await (await h.get("/contracts")).json());
    const standard = standardContracts();
    const names = (all: readonly { tool_name: string }[]) => all.map(({ tool_name }) => tool_name).sort();
    expect(names(contracts)).toEqual(names(standard));
    expect(statistics).toEqual(registryStatistics(standard));
  });

  it("a contract that is put makes a version where it changes something, and else none", async () => {
    const h = await harness();
    const first = await h.put("/contracts/crm_note", crmNote);
    expect(first.status).toBe(201);
    const { contract } = contractReply.parse(await first.json());
    expect(contract).toMatchObject({ tool_name: "crm_note", version: 1 });
    // As it was read: version and hash are the registry's to say.
    const same = await h.put("/contracts/crm_note", contract);
    expect(same.status).toBe(200);
    expect(contractReply.parse(await same.json())).toEqual({ contract, unchanged: true, warnings: [] });
    await h.put("/contracts/crm_note", { ...crmNote, timeout_seconds: 30 });
    expect(toolContract.parse(await (await h.get("/contracts/crm_note")).json())).toMatchObject({ version: 2 });
    const old = toolContract.parse(await (await h.get("/contracts/crm_note?version=1")).json());
    expect(old.timeout_seconds).toBe(20);
    const later = await h.get("/contracts/crm_note?version=3");
    expect([later.status, (await problemIn(later)).detail]).toEqual([
      404,
      "version 3 of contract crm_note does not exist",
    ]);
    for (const path of ["/contracts/crm_noet", "/contracts/crm_noet/definitions"]) {
      const { status, detail } = await problemIn(await h.get(path));
      expect([status, detail]).toEqual([404, 'contract crm_noet does not exist; did you mean "crm_note"?']);
    }
    expect((await h.get("/contracts/none")).status).toBe(404);
  });

  it.each([
    ["/contracts/crm_note", crmNote, { ...crmNote, timeout_seconds: 2 }, "/timeout_seconds"],
    ["/agents/closer", { owner: "olga", granted_permissions: [] }, { owner: "", granted_permissions: [] }, "/owner"],
    ["/servers/crm", { kind: "http", url: "https://crm.example.com/mcp" }, { kind: "http" }, "/url"],
    ["/memory/m1", { text: "Ann prefers mail" }, { text: "" }, "/text"],
    ["/goals/g1", { title: "Answer mail" }, {}, "/title"],
  ])(
    "PUT %s with check=true answers what would be or what is wrong, and keeps nothing",
    async (path, right, wrong, at) => {
      const h = await harness({ policy: { ...POLICY, allowed_hosts: ["crm.example.com"] } });
      const refused = await problemIn(await h.put(`${path}?check=true`, wrong));
      expect([refused.status, refused.violations?.map((each) => each.path)]).toEqual([400, [at]]);
      const acts = async () => (await Array.fromAsync(h.deps.auditLog.events("operators"))).length;
      const before = await acts();
      const checked = await h.put(`${path}?check=true`, right);
      expect([checked.status, await acts()]).toEqual([200, before]);
      const put = await h.put(path, right);
      expect(put.status).toBe(201);
      expect(await checked.json()).toEqual(await put.json());
      expect(await (await h.put(`${path}?check=true`, right)).json()).toMatchObject({ unchanged: true });
    },
  );

  it("a credential that an earlier release took in clear into a contract is shown by no route, in force or waiting", async () => {
    const h = await harness();
    const CLEAR = "canary-in-clear-1234";
    const headers = { authorization: `Bearer ${CLEAR}`, accept: "application/json" };
    const binding: unknown = {
      ...{ kind: "http", hosts: ["crm.example.com"], no_effect_statuses: [] },
      call: {
        method: "POST",
        url: `https://crm.example.com/notes/{id}?api_key=${CLEAR}`,
        headers,
        body: { password: CLEAR, note: { $arg: "/note" }, token: { $literal: CLEAR } },
      },
    };
    const fresh = contractReply.parse(await (await h.put("/contracts/crm_note", crmNote)).json()).contract;
    const stored = toolContract.parse({
      ...fresh,
      ...{ version: 2, content_hash: "as-stored", required_permissions: ["crm"], binding },
    });
    await h.deps.contracts.put(stored);
    const waits = { ...stored, version: 3, content_hash: "waits", required_permissions: [] };
    const proposed_at = new Date(NOON).toISOString();
    await h.deps.contracts.propose({ contract: waits, lowers: ["a permission"], proposed_by: "tom", proposed_at });
    const list = await (await h.get("/contracts")).text();
    const one = await (await h.get("/contracts/crm_note")).text();
    const lowered = await h.put("/contracts/crm_note", crmNote);
    expect(lowered.status).toBe(202);
    for (const said of [list, one, await lowered.text()]) expect(said).not.toContain(CLEAR);
    expect(contractList.parse(JSON.parse(list)).pending).toHaveLength(1);
    expect(JSON.parse(one)).toMatchObject({
      ...{ tool_name: "crm_note", version: 2, content_hash: "as-stored" },
      binding: {
        call: {
          url: "https://crm.example.com/notes/{id}?(secret)",
          headers: { authorization: "(secret)", accept: "application/json" },
          body: { password: "(secret)", note: { $arg: "/note" }, token: { $literal: "(secret)" } },
        },
      },
    });
  });

  it("a version that would wait for a second person is checked without being proposed", async () => {
    const h = await harness();
    await h.put("/contracts/crm_note", { ...crmNote, required_permissions: ["crm"] });
    const checked = await h.put("/contracts/crm_note?check=true", crmNote);
    expect([checked.status, await checked.json()]).toMatchObject([200, { contract: { version: 2 }, unchanged: false }]);
    expect(contractList.parse(await (await h.get("/contracts")).json()).pending).toEqual([]);
  });

  it("a contract whose binding reaches a host that is not allowed is refused, with all else that is wrong", async () => {
    const h = await harness();
    const call = { method: "POST", url: "https://crm.example.com/notes/{id}" };
    const binding = { kind: "http", hosts: ["crm.example.com"], call };
    const refused = await problemIn(await h.put("/contracts/crm_note", { ...crmNote, ...undone("adapter"), binding }));
    expect(refused.violations?.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
      "/compensation binding_undo",
      "/binding/look_up binding_resolution",
      "/binding/call/url binding_reference",
      "/binding/hosts/0 binding_allowed_hosts",
    ]);
    expect((await h.get("/contracts/crm_note")).status).toBe(404);
  });

  it.each(PAGE_TEMPLATES.map((template) => [template.tool_name, template] as const))(
    "a contract that binds %s to a page is refused where there is no browser, with what to do instead",
    async (name, template) => {
      const policy = { ...POLICY, allowed_hosts: ["app.example.com"] };
      const made = contractFrom(template, { host: "app.example.com" });
      if (!made.ok) throw new Error(made.refusal);
      const deployed = await harness({ policy: { ...policy, browser: false } });
      const refused = await problemIn(await deployed.put(`/contracts/${name}`, made.value));
      const instead =
        "pages are opened by Buddy on one machine only: a deployment has no browser; bind the tool to a worker that has one";
      expect([refused.status, refused.violations]).toEqual([
        400,
        [{ path: "/binding/kind", rule: "binding_allowed_hosts", message: `${name}: ${instead}` }],
      ]);
      expect(await (await deployed.get(`/contracts/${name}`)).json()).not.toHaveProperty("contract.binding");
      const oneMachine = await harness({ policy });
      expect((await oneMachine.put(`/contracts/${name}`, made.value)).status).toBe(202);
    },
  );

  describe("that names secrets", () => {
    const secrets = { read: { crm: "a text for reading" }, write: { other: "a text for writing" } };
    const bearer = (secret: string) => ({ as: "bearer", secret });
    const binding = {
      kind: "http",
      hosts: ["crm.example.com"],
      call: {
        method: "POST",
        url: "https://crm.example.com/notes",
        auth: bearer("crm"),
        headers: { "X-Key": { secret: "other" }, "X-App": { secret: "app" } },
        idempotency_header: "Idempotency-Key",
      },
      read: { method: "GET", url: "https://crm.example.com/notes", auth: bearer("crm") },
    };
    const contract = { ...crmNote, ...undone("none"), outcome_resolution: "IDEMPOTENT_KEY", binding };

    it("a contract is refused for secrets that are not there, by family, with all else that is wrong, nothing stored", async () => {
      const h = await harness({ secretNames: memorySecretNames(secrets) });
      const refused = await problemIn(await h.put("/contracts/crm_note", contract));
      expect(refused.violations?.map(({ path, rule }) => `${path} ${rule}`)).toEqual([
        "/compensation reversible_write_is_compensated",
        "/binding/hosts/0 binding_allowed_hosts",
        "/binding/call/headers/X-App/secret binding_secrets",
        "/binding/call/auth/secret binding_secrets",
      ]);
      expect(refused.violations?.at(-1)?.message).toBe(
        "crm_note: there is no secret write/crm: an operator keeps it first (buddy secrets set write/crm; deployed, Secrets Manager's buddy/<stage>/write/crm)",
      );
      expect((await h.get("/contracts/crm_note")).status).toBe(404);
    });

    it("a contract is refused where nobody can tell whether its secrets are there", async () => {
      const has = async () => Promise.reject(new Error("secrets.json can be read by others: chmod 600 it"));
      const h = await harness({ secretNames: { has } });
      const refused = await problemIn(await h.put("/contracts/crm_note", contract));
      expect(refused.violations).toEqual([
        {
          path: "/binding",
          rule: "binding_secrets",
          message: "whether its secrets are there cannot be told: secrets.json can be read by others: chmod 600 it",
        },
      ]);
    });
  });

  it("a contract that breaks an invariant is refused, naming the tool and the rule", async () => {
    const h = await harness();
    const refused = await problemIn(await h.put("/contracts/crm_note", { ...crmNote, timeout_seconds: 5 }));
    expect(refused.violations).toEqual([
      { path: "/timeout_seconds", rule: "medium_timeout", message: expect.stringContaining("crm_note") },
    ]);
    const other = await problemIn(await h.put("/contracts/crm_note", { ...crmNote, tool_name: "another" }));
    expect(other.violations?.[0]?.path).toBe("/tool_name");
  });

  it("a contract that names a tool to undo it that could not is refused, and told which and why", async () => {
    const h = await harness();
    const by = (tool_name: string, args = {}) => ({ ...crmNote, ...undone({ tool_name, arguments: args }) });
    const told = async (body: object) =>
      (await problemIn(await h.put("/contracts/crm_note", body))).violations?.map(({ path, message }) => [
        path,
        message,
      ]);
    expect(await told(by("ghl_update_contacts"))).toEqual([
      ["/compensation/tool_name", expect.stringContaining('did you mean "ghl_update_contact"?')],
    ]);
    expect(await told(by("remove_note"))).toEqual([
      ["/compensation/tool_name", expect.stringContaining("register it first")],
    ]);
    expect(await told(by("ghl_search"))).toEqual([["/compensation/tool_name", expect.stringContaining("only reads")]]);
    expect(await told(by("ghl_update_contact", { fields: { stage: "customer" } }))).toEqual([
      ["/compensation/arguments", expect.stringContaining('requires argument "contact_id"')],
    ]);
    const args = { contact_id: "{contact_id}", fields: { note: "{old}" } };
    expect((await h.put("/contracts/crm_note", by("ghl_update_contact", args))).status).toBe(201);
  });

  it("no version of a contract is lost when two are put at once", async () => {
    const h = await harness();
    const puts = [20, 21, 22].map((timeout_seconds) => h.put("/contracts/crm_note", { ...crmNote, timeout_seconds }));
    const versions = await Promise.all(
      puts.map(async (put) => contractReply.parse(await (await put).json()).contract.version),
    );
    expect(versions.sort()).toEqual([1, 2, 3]);
  });
});

describe("/agents", () => {
  it("agents are registered, changed and shown", async () => {
    const h = await harness();
    const agent = { owner: "olga", granted_permissions: ["ghl_access"] };
    const first = await h.put("/agents/agent_1", agent);
    expect(first.status).toBe(201);
    expect(agentReply.parse(await first.json()).agent).toMatchObject({ agent_id: "agent_1", allowed_submitters: [] });
    const same = await h.put("/agents/agent_1", agent);
    expect([same.status, agentReply.parse(await same.json()).unchanged]).toEqual([200, true]);
    expect((await h.put("/agents/agent_1", { ...agent, owner: "omar" }, as("bob"))).status).toBe(202);
    expect((await h.put("/agents/agent_1", { ...agent, owner: "omar" }, as("carol"))).status).toBe(200);
    expect(agentList.parse(await (await h.get("/agents")).json()).agents).toHaveLength(1);
    expect(await (await h.get("/agents/agent_1")).json()).toMatchObject({ owner: "omar" });
    const misspelt = await h.get("/agents/agent_2");
    expect([misspelt.status, (await problemIn(misspelt)).detail]).toEqual([
      404,
      'agent agent_2 does not exist; did you mean "agent_1"?',
    ]);
    expect((await problemIn(await h.get("/agents/nobody"))).detail).toBe("agent nobody does not exist");
    expect((await h.put("/agents/agent_1", { ...agent, agent_id: "agent_2" })).status).toBe(400);
  });

  it("agents take no owner whose name cannot be seen, and know a submitter under another spelling only", async () => {
    const h = await harness();
    const agent = { owner: "olga", granted_permissions: ["ghl_access", "ghl_write", "email_send"] };
    expect((await h.put("/agents/agent_1", { ...agent, owner: "\u200b " })).status).toBe(400);
    expect((await h.put("/agents/agent_1", { ...agent, allowed_submitters: [""] })).status).toBe(400);
    expect((await h.put("/agents/agent_1", { ...agent, allowed_submitters: ["Bob"] })).status).toBe(201);
    const plans = [updatePlan("p1")];
    expect((await h.post("/executions", { plans }, as("bob"))).status).toBe(202);
    // A name that is only alike is granted nothing.
    expect((await h.post("/executions", { plans }, as("b0b"))).status).toBe(400);
  });
});

describe("what the system learnt and how it does", () => {
  it("GET /health scores the last 24 hours, of nothing too", async () => {
    const h = await harness();
    const report = healthReply.parse(await (await h.get("/health")).json());
    expect(report.timestamp).toBe(new Date(NOON).toISOString());
    expect(report.execution_mode).toBe("LIVE");
  });

  it("GET /metrics/{name} gives a history, and names the metrics there are", async () => {
    const h = await harness();
    const at = new Date(NOON - 3_600_000).toISOString();
    const old = new Date(NOON - 100 * 3_600_000).toISOString();
    const measured = (timestamp: string, approval_rate: number) => ({
      timestamp,
      metrics: { ...metricsOf(emptyAggregate, null), approval_rate },
    });
    await h.deps.metricHistory.put("e1", 1, measured(at, 0.5));
    await h.deps.metricHistory.put("e2", 1, measured(old, 0.1));
    const day = metricReply.parse(await (await h.get("/metrics/approval_rate")).json());
    expect(day.points.map(({ value }) => value)).toEqual([0.5]);
    const since = encodeURIComponent("2026-01-01T00:00:00+00:00");
    const month = metricReply.parse(await (await h.get(`/metrics/approval_rate?since=${since}`)).json());
    expect(month.points.map(({ value }) => value)).toEqual([0.1, 0.5]);
    const unknown = await h.get("/metrics/mood");
    expect(unknown.status).toBe(404);
    expect((await problemIn(unknown)).detail).toContain("confidence_drift");
    expect((await h.get("/metrics/approval_rate?since=yesterday")).status).toBe(400);
  });

  it("GET /signals takes the phases there are", async () => {
    const h = await harness();
    expect(signalPage.parse(await (await h.get("/signals?target_phase=16")).json()).items).toEqual([]);
    expect((await h.get("/signals?target_phase=17")).status).toBe(400);
  });
});
