import { afterAll, beforeEach, describe, expect, it } from "vitest";
import type { JsonObject } from "../../shared/plan/json.ts";
import { startGoHighLevel } from "../counterparts/gohighlevel.ts";
import { startGraph } from "../counterparts/graph.ts";
import { startContacts } from "../counterparts/mcp-over-http.ts";
import { contactsContract, mailContract, SENDER, vendorWayOut } from "../functions/tools/builtin/vendor-tools.ts";
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
import { decide, openRequests, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const server = await startContacts();
const way = wayTo(overHttp(server.url), onLoopback(server.host));
const ghl = await startGoHighLevel();
const graph = await startGraph(SENDER);
afterAll(async () => {
  await way.stop();
  for (const each of [server, ghl, graph]) await each.stop();
});
beforeEach(() => {
  server.fresh();
  ghl.contacts.clear();
  ghl.contacts.set("c1", { firstName: "Ann", city: "Ghent" });
  for (const list of [ghl.effects, ghl.requests, graph.outbox, graph.requests]) list.length = 0;
});

const VENDORS = [
  () => contactsContract("ghl_update_contact", ghl),
  () => contactsContract("ghl_create_contact", ghl),
  () => mailContract(graph),
];
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

/** A call that is approved, acts and is never answered, until its time is over. */
const unanswered = async (tool: string, args: JsonObject, lapse: () => void, effects: () => number) => {
  const unheard = { now: false };
  const contracts = [setContact(), setContactByKey(), makeContact(), ...VENDORS.map((each) => each())];
  const world = await startWorld({ mcp: way, vendors: OUT, unheard, contracts });
  const id = await submit(world, { plans: [plan("p1", [call("s1", tool, args)])] });
  await requestFor(world, id, "s1");
  lapse();
  await approveUnanswered(world, { id, step: "s1", unheard, effects, seconds: 20 });
  await world.rest();
  return { world, id };
};

const mcpEffects = () => server.effects.length;
const mcpSilent = () => void server.plans.push("silent_after_acting");

describe("a call that its counterpart made and never answered", () => {
  it.each([["contacts_set"], ["contacts_set_by_key"]])(
    "%s of an MCP server is committed once it is looked up or sent again, with one effect at the server",
    async (tool) => {
      const args = { contact_id: "c1", stage: "won" };
      const { world, id } = await unanswered(tool, args, mcpSilent, mcpEffects);
      expect(await ledgerOf(world, id)).toBe("COMMITTED");
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
      expect(server.effects).toEqual(['changed c1 {"stage":"won"}']);
    },
  );

  it("at an MCP server of which nothing can be asked is a person's question, and is not made again", async () => {
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
    "%s at GoHighLevel is committed once it is looked up, with one effect there",
    async (tool, args, method, effect) => {
      const lapse = () => ghl.lapseOn(method, "silent_after_acting");
      const { world, id } = await unanswered(tool, args, lapse, () => ghl.effects.length);
      expect(await ledgerOf(world, id)).toBe("COMMITTED");
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
      expect(ghl.effects).toEqual([effect]);
      expect(await openRequests(world, id)).toEqual([]);
    },
  );

  it("by Microsoft Graph is committed once its mail is found among the sent items, and one mail has gone out", async () => {
    const args = { to: "ann@example.com", subject: "Offer", body: "As agreed." };
    const lapse = () => graph.lapseOn("POST", "silent_after_acting");
    const { world, id } = await unanswered("msgraph_send_email", args, lapse, () => graph.outbox.length);
    expect(await ledgerOf(world, id)).toBe("COMMITTED");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(graph.outbox).toMatchObject([{ subject: "Offer" }]);
  });

  it("by Microsoft Graph that is never found is a person's question, and no second mail goes out", async () => {
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
