import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { type JsonObject, jsonObject } from "../../shared/plan/json.ts";
import { startCrm } from "../counterparts/crm.ts";
import { startGoHighLevel } from "../counterparts/gohighlevel.ts";
import { startGraph } from "../counterparts/graph.ts";
import { startContacts } from "../counterparts/mcp-over-http.ts";
import { contactsContract, mailContract, SENDER, vendorWayOut } from "../functions/tools/builtin/vendor-tools.ts";
import { createContact, crmWayOut, setFields, setFieldsByKey } from "../functions/tools/http/crm-tools.ts";
import {
  makeContact,
  onLoopback,
  overHttp,
  setContact,
  setContactByKey,
  wayTo,
} from "../functions/tools/mcp/contact-tools.ts";
import { approveUnanswered } from "../harness/never-answered.ts";
import { reported } from "../harness/outcome.ts";
import { approve, decide, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const server = await startContacts();
const way = wayTo(overHttp(server.url), onLoopback(server.host));
const ghl = await startGoHighLevel();
const graph = await startGraph(SENDER);
const crm = await startCrm({});
afterAll(async () => {
  await way.stop();
  for (const each of [server, ghl, graph, crm]) await each.stop();
});
beforeEach(() => {
  server.fresh();
  crm.contacts.clear();
  crm.contacts.set("c1", { stage: "new", note: null });
  crm.forgetKeys();
  crm.behave();
  ghl.contacts.clear();
  ghl.contacts.set("c1", { firstName: "Ann", city: "Ghent" });
  for (const list of [ghl.effects, ghl.requests, graph.outbox, graph.requests, crm.effects, crm.requests]) {
    list.length = 0;
  }
});

const VENDORS = [
  () => contactsContract("ghl_update_contact", ghl),
  () => contactsContract("ghl_create_contact", ghl),
  () => mailContract(graph),
];
/** More than any of the tools has. */
const SECONDS = 30;
/** Each vendor by its own host and certificate. */
const [toGhl, toGraph] = [vendorWayOut(ghl), vendorWayOut(graph)];
const OUT = {
  ...toGhl,
  client: {
    send: (...args: Parameters<typeof toGhl.client.send>) =>
      (args[0].url.includes(graph.host) ? toGraph : toGhl).client.send(...args),
  },
};

const ledgerOf = async (world: TestWorld, execution_id: string) =>
  (await world.deps.ledger.get({ execution_id, step_id: "s1", side: "forward" }))?.status;

/** A call that is asked about, in a world in which each tool reaches its counterpart. */
const asked = async (tool: string, args: JsonObject) => {
  const unheard = { now: false };
  const https = [setFields(crm), setFieldsByKey(crm), createContact(crm)];
  const contracts = [setContact(), setContactByKey(), makeContact(), ...https, ...VENDORS.map((each) => each())];
  const policy = { allowed_hosts: [crm.host] };
  const world = await startWorld({ mcp: way, vendors: OUT, out: crmWayOut(crm), policy, unheard, contracts });
  const id = await submit(world, { plans: [plan("p1", [call("s1", tool, args)])] });
  await requestFor(world, id, "s1");
  return { world, id, unheard };
};

/** The same, approved: it acts and is never answered, until its time is over. */
const unanswered = async (tool: string, args: JsonObject, lapse: () => void, effects: () => number) => {
  const { world, id, unheard } = await asked(tool, args);
  lapse();
  await approveUnanswered(world, { id, step: "s1", unheard, effects, seconds: SECONDS });
  await world.rest();
  return { world, id };
};

const crmEffects = () => crm.effects.length;
const sentTo = (method: string) => crm.requests.filter((each) => each.method === method).map(({ path }) => path);

const mcpEffects = () => server.effects.length;
const mcpSilent = () => void server.plans.push("silent_after_acting");

it.each([
  ["is held until a second before its time is over", "held_after_acting", 29],
  ["comes byte by byte", "trickling", 0],
] as const)(
  "an answer of an HTTP service that %s commits the call, and nothing is looked up",
  async (_how, how, seconds) => {
    const { world, id, unheard } = await asked("crm_set_fields", { contact_id: "c1", stage: "won" });
    crm.misbehaveOn("PUT", how);
    unheard.now = true;
    await approve(world, id, "s1");
    await expect.poll(crmEffects, { timeout: 20_000 }).toBe(1);
    await world.pass(seconds);
    crm.release();
    await expect.poll(() => ledgerOf(world, id), { timeout: 20_000 }).toBe("COMMITTED");
    unheard.now = false;
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect([crm.effects, sentTo("PUT")]).toEqual([['changed c1 {"stage":"won"}'], ["/contacts/c1"]]);
    expect(sentTo("GET").filter((path) => path.startsWith("/calls/"))).toEqual([]);
  },
);

describe("a call whose second sending is refused", () => {
  const args = { contact_id: "c1", stage: "won" };
  /** The first sending acts and is answered 500; each later one is refused with that status. */
  const refusedAgain = (status: number) => {
    let sent = 0;
    const fails = () => {
      sent += 1;
      return { status: sent === 1 ? 500 : status, acts: sent === 1 };
    };
    return { fails, sent: () => sent };
  };
  const REFUSALS = [400, 401, 403, 404, 409, 410, 412, 422, 423, 425, 429];
  const NOT_LOOKED_AT = [401, 403, 429];

  it.each(REFUSALS)(
    "a second sending that an HTTP service refuses with %i leaves a person's question, and no failure",
    async (status) => {
      const { fails, sent } = refusedAgain(status);
      const service = crmWayOut(crm);
      const send: typeof service.client.send = async (request, limits) => {
        if (request.method !== "PUT") return service.client.send(request, limits);
        const now = fails();
        if (now.acts) await service.client.send(request, limits);
        return { kind: "answered", status: now.status, body: null };
      };
      const binding = jsonObject.parse(setFieldsByKey(crm).binding);
      const listed = { ...setFieldsByKey(crm), binding: { ...binding, no_effect_statuses: REFUSALS } };
      const out = { ...service, client: { send } };
      const world = await startWorld({ out, policy: { allowed_hosts: [crm.host] }, contracts: [listed] });
      const id = await submit(world, { plans: [plan("p1", [call("s1", "crm_set_by_key", args)])] });
      await approve(world, id, "s1");
      await world.rest();
      // Once while the first may be at work yet, and once after; who was not let in may be later.
      const looked = !NOT_LOOKED_AT.includes(status);
      expect(sent()).toBe(looked ? 3 : 4);
      const { kind, summary } = await requestFor(world, id, "s1");
      expect(kind).toBe("reconcile");
      expect(summary).toContain(
        looked ? `answered 500; sent again under its key, which was refused: answered ${status}` : "answered 500",
      );
      expect([await ledgerOf(world, id), crm.effects]).toEqual(["INDETERMINATE", ['changed c1 {"stage":"won"}']]);
      await decide(world, id, "s1", "happened");
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    },
  );

  it.each([401, 404, 413, 429])(
    "a second sending that the endpoint of an MCP server refuses with %i leaves a person's question, and no failure",
    async (status) => {
      const { fails, sent } = refusedAgain(status);
      const { client } = way;
      const refusing: typeof client.call = (target, asked, limits) => {
        if (asked.tool === "set_contact") server.misbehave(fails());
        return client.call(target, asked, limits);
      };
      const mcp = { ...way, client: { ...client, call: refusing } };
      const world = await startWorld({ mcp, contracts: [setContactByKey()] });
      const id = await submit(world, { plans: [plan("p1", [call("s1", "contacts_set_by_key", args)])] });
      await approve(world, id, "s1");
      await world.rest();
      expect(sent()).toBeGreaterThan(1);
      expect(await requestFor(world, id, "s1")).toMatchObject({ kind: "reconcile" });
      expect([await ledgerOf(world, id), server.effects]).toEqual(["INDETERMINATE", ['changed c1 {"stage":"won"}']]);
    },
  );
});

it("a second sending that the tool of an MCP server fails leaves a person's question, also where its errors have no effect", async () => {
  const failed = { isError: true, content: [{ type: "text", text: "that key is in use" }] };
  let sent = 0;
  const { client } = way;
  const failing: typeof client.call = (target, asked, limits) => {
    if (asked.tool !== "set_contact") return client.call(target, asked, limits);
    sent += 1;
    if (sent === 1) server.misbehave({ status: 500, acts: true });
    else server.misbehave({ result: JSON.stringify(failed), acts: true });
    return client.call(target, asked, limits);
  };
  const keyed = setContactByKey();
  const documented = { ...keyed, binding: { ...jsonObject.parse(keyed.binding), no_effect_on_error: true } };
  const world = await startWorld({ mcp: { ...way, client: { ...client, call: failing } }, contracts: [documented] });
  const args = { contact_id: "c1", stage: "won" };
  const id = await submit(world, { plans: [plan("p1", [call("s1", "contacts_set_by_key", args)])] });
  await approve(world, id, "s1");
  await world.rest();
  const { kind, summary } = await requestFor(world, id, "s1");
  expect([sent, kind]).toEqual([3, "reconcile"]);
  expect(summary).toMatch(
    /sent again under its key, which was refused: the tool says that it failed: .*that key is in use/,
  );
  expect([await ledgerOf(world, id), server.effects]).toEqual(["INDETERMINATE", ['changed c1 {"stage":"won"}']]);
});

describe("a call that its counterpart made and never answered", () => {
  it.each([
    ["crm_set_fields is looked up by its key", "crm_set_fields", 1, 1],
    ["crm_set_by_key is sent again under its key", "crm_set_by_key", 2, 0],
  ])("%s at an HTTP service, and is committed with one effect there", async (_how, tool, sent, lookedUp) => {
    const args = { contact_id: "c1", stage: "won" };
    const silent = () => crm.misbehaveOn("PUT", "silent_after_acting");
    const { world, id } = await unanswered(tool, args, silent, crmEffects);
    expect(await ledgerOf(world, id)).toBe("COMMITTED");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.effects).toEqual(['changed c1 {"stage":"won"}']);
    expect(sentTo("PUT")).toHaveLength(sent);
    expect(sentTo("GET").filter((path) => path.startsWith("/calls/"))).toHaveLength(lookedUp);
    expect(await openRequests(world, id)).toEqual([]);
  });

  it("a silent call at an HTTP service of which nothing can be asked is a person's question, and is not made again", async () => {
    const silent = () => crm.misbehaveOn("POST", "silent_after_acting");
    const { world, id } = await unanswered("crm_create", { stage: "lead" }, silent, crmEffects);
    expect(await ledgerOf(world, id)).toBe("INDETERMINATE");
    expect(await requestFor(world, id, "s1")).toMatchObject({ kind: "reconcile" });
    await decide(world, id, "s1", "happened");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(crm.effects).toEqual(["created n2"]);
    expect(sentTo("POST").filter((path) => path === "/contacts")).toHaveLength(1);
  });

  it.each([["contacts_set"], ["contacts_set_by_key"]])(
    "a call of %s that its MCP server never answered is committed once it is looked up or sent again, with one effect",
    async (tool) => {
      const args = { contact_id: "c1", stage: "won" };
      const { world, id } = await unanswered(tool, args, mcpSilent, mcpEffects);
      expect(await ledgerOf(world, id)).toBe("COMMITTED");
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
      expect(server.effects).toEqual(['changed c1 {"stage":"won"}']);
    },
  );

  it("a call never answered at an MCP server of which nothing can be asked is a person's question, and not made again", async () => {
    const { world, id } = await unanswered("contacts_make", { stage: "lead" }, mcpSilent, mcpEffects);
    expect(await ledgerOf(world, id)).toBe("INDETERMINATE");
    expect(await requestFor(world, id, "s1")).toMatchObject({ kind: "reconcile" });
    await decide(world, id, "s1", "happened");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(server.effects).toEqual(["made n3"]);
  });

  it.each<[string, JsonObject, string, string]>([
    ["ghl_update_contact", { contact_id: "c1", fields: { city: "Lille" } }, "PUT", "changed c1"],
    ["ghl_create_contact", { email: "cy@example.com" }, "POST", "created new2"],
  ])(
    "a call of %s that GoHighLevel never answered is committed once it is looked up, with one effect there",
    async (tool, args, method, effect) => {
      const lapse = () => ghl.lapseOn(method, "silent_after_acting");
      const { world, id } = await unanswered(tool, args, lapse, () => ghl.effects.length);
      expect(await ledgerOf(world, id)).toBe("COMMITTED");
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
      expect(ghl.effects).toEqual([effect]);
      expect(await openRequests(world, id)).toEqual([]);
    },
  );

  it("a call never answered by Microsoft Graph is committed once its mail is found sent, and one mail has gone out", async () => {
    const args = { to: "ann@example.com", subject: "Offer", body: "As agreed." };
    const lapse = () => graph.lapseOn("POST", "silent_after_acting");
    const { world, id } = await unanswered("msgraph_send_email", args, lapse, () => graph.outbox.length);
    expect(await ledgerOf(world, id)).toBe("COMMITTED");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(graph.outbox).toMatchObject([{ subject: "Offer" }]);
  });

  it("a call never answered by Microsoft Graph and never found is a person's question, and no second mail goes out", async () => {
    const args = { to: "ann@example.com", subject: "Offer", body: "As agreed." };
    graph.holdBack(true);
    const lapse = () => graph.lapseOn("POST", "silent_after_acting");
    const { world, id } = await unanswered("msgraph_send_email", args, lapse, () => graph.outbox.length);
    graph.holdBack(false);
    expect(await ledgerOf(world, id)).toBe("INDETERMINATE");
    expect(await requestFor(world, id, "s1")).toMatchObject({ kind: "reconcile" });
    expect(graph.outbox).toHaveLength(1);
  });
});
