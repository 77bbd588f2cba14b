import { afterAll, describe, expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../functions/adapters/table/index.ts";
import type { Table } from "../../../functions/adapters/table/table.ts";
import { tryReply } from "../../../functions/api/schemas.ts";
import { dryRunToolbox } from "../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import { OPERATORS } from "../../../shared/audit/audit-event.ts";
import { startCrm } from "../../counterparts/crm.ts";
import { oddToolbox } from "../../harness/odd-tools.ts";
import { crmWayOut, defined, searchContacts, setFields } from "../tools/http/crm-tools.ts";
import { BOB, type Harness, harness as impatient, problemIn } from "./harness.ts";

const crm = await startCrm({ c1: { stage: "new", note: null } });
afterAll(() => crm.stop());

/** No call takes too long here. */
const harness: typeof impatient = (changes = {}) => impatient({ timer: { after: () => () => {} }, ...changes });

const tryOf = (h: Harness, tool: string, args: unknown) => h.post(`/contracts/${tool}/try`, { arguments: args }, BOB);
const triedOf = async (h: Harness, tool: string, args: unknown) => {
  const answer = await tryOf(h, tool, args);
  expect(answer.status).toBe(200);
  return tryReply.parse(await answer.json());
};
const toLead = { contact_id: "c1", fields: { stage: "lead" } };

/** A table that tells where it was written to. */
const watched = (written: string[]): Table => {
  const table = memoryTable();
  return {
    ...table,
    put: (item, condition) => {
      written.push(item.pk.split("#")[0] ?? "");
      return table.put(item, condition);
    },
    update: (key, change, condition) => {
      written.push(key.pk.split("#")[0] ?? "");
      return table.update(key, change, condition);
    },
  };
};

describe("a tool that is tried", () => {
  it("trying a tool shows MOCK and DRY_RUN of one call as an approver sees it, and writes only who asked", async () => {
    const written: string[] = [];
    const h = await harness(tablePorts(watched(written)));
    written.length = 0;
    expect(await triedOf(h, "ghl_update_contact", toLead)).toMatchObject({
      contract: { tool_name: "ghl_update_contact", version: 1, risk_level: "MEDIUM" },
      approvals_required: 1,
      resources: [{ key: "ghl:contact:c1", access: "write" }],
      mock: { made: true, remarks: null },
      preview: { made: true, changes: [{ field: "stage", new: "lead" }], remarks: null },
    });
    expect(written).toEqual(["AUDIT"]);
    expect((await h.deps.auditLog.chain(OPERATORS, OPERATORS)).at(-1)).toMatchObject({
      type: "tool_tried",
      actor: "bob",
      body: { tool_name: "ghl_update_contact", version: 1 },
    });
  });

  it("trying a tool reads a real service by its declared read, with the secret for reading, and sends nothing else", async () => {
    const world = memoryWorld();
    const h = await harness({ toolbox: dryRunToolbox(world, { ways: { http: crmWayOut(crm) } }) });
    await h.deps.contracts.put(defined(setFields(crm)));
    await h.deps.contracts.put(defined(searchContacts(crm)));
    crm.echoAuthorization();
    const tried = await triedOf(h, "crm_set_fields", { contact_id: "c1", stage: "won" });
    const summary = `PUT ${crm.origin}/contacts/c1 with authorization, content-type, idempotency-key and {"stage":"won"}`;
    const change = { record: `${crm.origin}/contacts/c1`, field: "stage", old: "new", new: "won" };
    expect(tried.preview).toEqual({ made: true, summary, changes: [change], output: null, remarks: null });
    const read = await triedOf(h, "crm_search", { q: "x" });
    expect(JSON.stringify(read)).toContain("Bearer (secret)");
    expect(crm.requests.map(({ method }) => method)).toEqual(["GET", "GET"]);
    expect(crm.effects).toEqual([]);
  });

  it("trying a tool is held by a lock as a rehearsal is: DRY_RUN by one on the tool or on everything, MOCK by none", async () => {
    const h = await harness();
    const held = { made: false, why: "locked by alice: odd" };
    for (const scope of [{ kind: "tool", tool_name: "ghl_update_contact" }, { kind: "everything" }]) {
      await h.post("/system/lock", { scope, reason: "odd" });
      const { mock, preview } = await triedOf(h, "ghl_update_contact", toLead);
      expect([mock.made, preview]).toEqual([true, held]);
      await h.post("/system/unlock", { scope, reason: "fine" }, BOB);
    }
    await h.post("/system/lock", { scope: { kind: "tool", tool_name: "form_fill" }, reason: "odd" });
    expect((await triedOf(h, "ghl_update_contact", toLead)).preview.made).toBe(true);
  });

  it("trying a tool says of each of MOCK and DRY_RUN by itself why it was not made", async () => {
    const h = await harness();
    const fails = async () => Promise.reject(new Error("no such page"));
    const odd = { ...h.deps, toolbox: oddToolbox(h.deps.toolbox, { preview: fails }, "ghl_update_contact") };
    const broken = await harness(odd);
    expect(await triedOf(broken, "ghl_update_contact", toLead)).toMatchObject({
      mock: { made: true },
      preview: { made: false, why: "no such page" },
    });
    const contract = await h.deps.contracts.get("ghl_update_contact");
    if (contract === undefined) throw new Error("there is no such contract");
    await h.deps.contracts.put({ ...contract, mock_provider_available: false, version: 2 });
    expect((await triedOf(h, "ghl_update_contact", toLead)).mock).toEqual({
      made: false,
      why: "ghl_update_contact has no mock provider",
    });
  });

  it("trying a tool takes no arguments that a call could not have: all that is wrong with them, each with its place", async () => {
    const h = await harness();
    const unfit = await problemIn(await tryOf(h, "ghl_update_contact", { fields: 5 }));
    expect(unfit.violations?.map(({ path }) => path)).toEqual(["/arguments/contact_id", "/arguments/fields"]);
    const fed = await problemIn(await tryOf(h, "ghl_update_contact", { ...toLead, contact_id: { $from: "s1" } }));
    expect(fed.violations?.[0]).toMatchObject({
      path: "/arguments/contact_id",
      message: "there is no step s1 here whose output it could take: write the value itself",
    });
    expect((await tryOf(h, "none", {})).status).toBe(404);
    expect((await tryOf(h, "ghl_update_contact", "text")).status).toBe(400);
    expect(await h.deps.auditLog.chain(OPERATORS, OPERATORS)).toEqual([]);
  });
});
