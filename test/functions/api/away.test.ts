import { describe, expect, it } from "vitest";
import { awayList, awayReply } from "../../../functions/api/schemas.ts";
import { takeEvent } from "../../../functions/webhooks/take-event.ts";
import { as, type Harness, harness, NOON, POLICY, problemIn, updatePlan } from "./harness.ts";

const BOB = as("bob", ["approvals:decide", "read"]);
const ADA = as("ada", ["contracts:write", "read"]);
const later = (hours: number): string => new Date(NOON + hours * 3_600_000).toISOString();

const listed = async (h: Harness) => awayList.parse(await (await h.get("/away", BOB)).json()).away;
const acts = async (h: Harness) => (await Array.fromAsync(h.deps.auditLog.events("operators"))).map(({ type }) => type);

describe("PUT /away/{person}", () => {
  it("an absence says for how long somebody is away and who stands in, on record, in place of the one before", async () => {
    const h = await harness();
    await h.put("/away/bob", { until: later(1) }, BOB);
    const said = awayReply.parse(await (await h.put("/away/Bob", { until: later(48), instead: "carol" }, BOB)).json());
    expect(said).toMatchObject({ away: { until: later(48), instead: "carol", by: "bob" }, nobody_left: [] });
    expect(await listed(h)).toEqual([said.away]);
    expect(await acts(h)).toEqual(["away_said", "away_said"]);
    h.time.now += 49 * 3_600_000;
    expect(await listed(h)).toEqual([]);
  });

  it("an absence is said for oneself; who may write contracts may say it for anybody", async () => {
    const h = await harness();
    const refused = await h.put("/away/carol", { until: later(48) }, BOB);
    expect((await problemIn(refused)).detail).toContain("bob may say so for themselves only; for carol");
    expect(refused.status).toBe(403);
    expect((await h.put("/away/carol", { until: later(48) }, ADA)).status).toBe(200);
    expect((await h.remove("/away/carol", BOB)).status).toBe(403);
    expect((await h.remove("/away/carol", ADA)).status).toBe(200);
    expect(await listed(h)).toEqual([]);
    expect((await h.remove("/away/carol", ADA)).status).toBe(404);
  });

  it.each([
    ["in the past", { until: later(-1) }, "/until", "is over"],
    ["that is no moment", { until: "tomorrow" }, "/until", "valid datetime"],
    ["with oneself in one's place", { until: later(1), instead: "BOB" }, "/instead", "for themselves"],
  ])("an absence %s is refused, and nothing is kept", async (_what, body, path, words) => {
    const h = await harness();
    const { violations = [] } = await problemIn(await h.put("/away/bob", body, BOB));
    expect(violations[0]).toMatchObject({ path, message: expect.stringContaining(words) });
    expect([await listed(h), await acts(h)]).toEqual([[], []]);
  });

  it("an absence that is put names the tools on whose list nobody is left", async () => {
    const h = await harness();
    const contract = await h.deps.contracts.get("ghl_update_contact");
    if (contract === undefined) throw new Error("no contract");
    await h.deps.contracts.put({ ...contract, version: contract.version + 1, asked_in_order: ["bob", "carol"] });
    await h.put("/away/carol", { until: later(48) }, ADA);
    const said = awayReply.parse(await (await h.put("/away/bob", { until: later(2) }, BOB)).json());
    expect(said.nobody_left).toEqual(["ghl_update_contact"]);
  });
});

describe("an address that somebody reads", () => {
  const POLICY_HERE = { ...POLICY, allowed_hosts: ["*.example.com"] };

  it("an address that somebody reads is told of requests put to its readers or everybody, and of whom they go to next", async () => {
    const h = await harness({ policy: POLICY_HERE });
    const add = (name: string, more: object) =>
      h.post("/webhooks", { url: `https://${name}.example.com/`, kind: "teams", description: name, ...more }, ADA);
    await add("bobs", { told_for: ["Bob"] });
    await add("team", { told_for: ["crm team"] });
    const told = async (type: string, to: string[]): Promise<string[]> => {
      const opened = await takeEvent(h.deps)({ type, detail: { id: `${type} ${to.join()}`, approval_id: "ap1", to } });
      const names = new Map((await h.deps.webhooks.all()).map((each) => [each.webhook_id, each.description]));
      return opened.map(({ webhook_id }) => String(names.get(webhook_id))).toSorted();
    };
    expect(await told("ApprovalRequested", ["bob"])).toEqual(["bobs"]);
    // Nobody is asked in vain where no address is for whom it is put to.
    expect(await told("ApprovalRequested", ["erin"])).toEqual(["bobs", "team"]);
    await add("all", {});
    expect(await told("ApprovalRequested", ["crm team"])).toEqual(["all", "team"]);
    expect(await told("ApprovalEscalated", ["bob"])).toEqual(["all", "bobs"]);
    expect(await told("ApprovalRequested", [])).toEqual(["all", "bobs", "team"]);
    expect(await told("LearningSignal", [])).toEqual([]);
  });
});

describe("a request of a tool with a list", () => {
  it("a request of a tool with a list says whom it is put to, passing over who is away; who may decide is the same", async () => {
    const h = await harness();
    const contract = await h.deps.contracts.get("ghl_update_contact");
    if (contract === undefined) throw new Error("no contract");
    await h.deps.contracts.put({ ...contract, version: contract.version + 1, asked_in_order: ["bob", "carol"] });
    await h.put("/away/bob", { until: later(48) }, BOB);
    await h.post("/executions", { plans: [updatePlan("p1")] });
    await h.settle();
    const [request] = await h.deps.approvals.ofExecution("01EX0001");
    expect(request).toMatchObject({ asked: [{ name: "carol", passed_over: [{ name: "bob", until: later(48) }] }] });
    const decision = { decision: "approve", digest: request?.digest };
    expect((await h.post(`/approvals/${request?.approval_id}/decision`, decision, BOB)).status).toBe(200);
  });
});
