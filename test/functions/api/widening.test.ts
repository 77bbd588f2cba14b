import { describe, expect, it } from "vitest";
import { agentList, agentReply, eventPage } from "../../../functions/api/schemas.ts";
import { OPERATORS } from "../../../shared/audit/audit-event.ts";
import { agent as agentSchema } from "../../../shared/plan/agent.ts";
import { as, harness } from "./harness.ts";

const OLGA = as("Olga");
const OTTO = as("otto");
const path = "/agents/desk";
const narrow = { owner: "dana", granted_permissions: ["ghl_access"], allowed_submitters: ["dana"] };
const wide = { ...narrow, granted_permissions: ["ghl_access", "ghl_write"] };

const registered = async () => {
  const h = await harness();
  const put = async (body: object, caller: typeof OLGA) => {
    const response = await h.put(path, body, caller);
    return { status: response.status, reply: agentReply.parse(await response.json()) };
  };
  const counts = async () => agentSchema.parse(await (await h.get(path)).json());
  const pending = async () => agentList.parse(await (await h.get("/agents")).json()).pending;
  const events = async () => eventPage.parse(await (await h.get(`/executions/${OPERATORS}/events`)).json()).items;
  expect((await put(narrow, OLGA)).status).toBe(201);
  return { h, put, counts, pending, events };
};

describe("a registration that widens what an agent may do", () => {
  it("a widened agent does not count until a second person puts the same, and both are on record", async () => {
    const { put, counts, pending, events } = await registered();
    const proposed = await put(wide, OLGA);
    expect(proposed.status).toBe(202);
    expect(proposed.reply).toMatchObject({
      agent: { granted_permissions: ["ghl_access"] },
      unchanged: true,
      pending: { proposed_by: "Olga", widens: ["permission ghl_write is granted"] },
    });
    expect((await counts()).granted_permissions).toEqual(["ghl_access"]);
    expect((await pending()).map(({ agent }) => agent.agent_id)).toEqual(["desk"]);

    const confirmed = await put(wide, OTTO);
    expect([confirmed.status, confirmed.reply.unchanged]).toEqual([200, false]);
    expect(await counts()).toMatchObject(wide);
    expect(await pending()).toEqual([]);
    const told = await events();
    expect(told.map(({ type, actor }) => `${type} ${actor}`)).toEqual([
      "agent_put Olga",
      "agent_proposed Olga",
      "agent_put otto",
    ]);
    expect(told.at(-1)?.body).toMatchObject({ proposed_by: "Olga", widens: ["permission ghl_write is granted"] });
  });

  it("a widened agent is confirmed by nobody who proposed it, under whatever spelling", async () => {
    const { put, counts, events } = await registered();
    await put(wide, OLGA);
    for (const same of ["Olga", "olga", "OLGA", "0lga"]) expect((await put(wide, as(same))).status, same).toBe(202);
    expect((await counts()).granted_permissions).toEqual(["ghl_access"]);
    expect(await events()).toHaveLength(2);
  });

  it("a widened agent is confirmed as it was proposed, and lapses when another registration counts meanwhile", async () => {
    const { put, counts, pending } = await registered();
    await put(wide, OLGA);
    const other = await put({ ...wide, allowed_submitters: [] }, OTTO);
    expect(other.reply.pending).toMatchObject({
      proposed_by: "otto",
      widens: ["permission ghl_write is granted", "anybody may submit for it"],
    });
    expect((await put({ ...narrow, granted_permissions: [] }, as("carol"))).status).toBe(200);
    expect(await pending()).toEqual([]);
    expect((await put(wide, OLGA)).reply.pending?.proposed_by).toBe("Olga");
    expect((await counts()).granted_permissions).toEqual([]);
  });

  it("a widened agent that is narrowed again waits for two people again, not for one and the old proposal", async () => {
    const { put, counts, pending } = await registered();
    await put(wide, OLGA);
    await put(wide, OTTO);
    expect((await put(narrow, as("carol"))).status).toBe(200);
    expect(await pending()).toEqual([]);
    expect(await put(wide, OTTO)).toMatchObject({ status: 202, reply: { pending: { proposed_by: "otto" } } });
    expect((await counts()).granted_permissions).toEqual(narrow.granted_permissions);
  });

  it("a widened agent counts once where two confirm it at the same moment", async () => {
    const { put, counts, events } = await registered();
    await put(wide, OLGA);
    const both = await Promise.all([put(wide, OTTO), put(wide, as("carol"))]);
    expect(both.map(({ reply }) => reply.unchanged).toSorted()).toEqual([false, true]);
    expect((await counts()).granted_permissions).toEqual(wide.granted_permissions);
    const confirmed = (await events()).filter(({ body }) => body.widens !== undefined || body.act !== undefined);
    expect(confirmed.map(({ type }) => type).toSorted()).toEqual([
      "agent_proposed",
      "agent_put",
      "agent_put",
      "came_to_nothing",
    ]);
    const [lost] = confirmed.filter(({ type }) => type === "came_to_nothing");
    const [loser] = both.flatMap(({ reply }, index) => (reply.unchanged ? [["otto", "carol"][index]] : []));
    expect([lost?.actor, lost?.body.act]).toEqual([loser, "agent_put"]);
  });

  it("neither a new agent waits for a second person, nor one that may do less", async () => {
    const { h, put } = await registered();
    expect((await h.put("/agents/another", wide, OLGA)).status).toBe(201);
    expect((await put({ ...narrow, granted_permissions: [], default_confidence: 0.5 }, OLGA)).status).toBe(200);
  });
});
