import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { guardedNotices } from "../../../functions/adapters/http/guarded-notices.ts";
import { webhookCreated } from "../../../functions/api/schemas.ts";
import { deliver } from "../../../functions/webhooks/deliver.ts";
import { startTeams, type Teams } from "../../counterparts/teams.ts";
import { as, harness, POLICY, updatePlan } from "../api/harness.ts";

const ADA = as("ada", ["contracts:write", "read"]);
const BOB = as("bob", ["approvals:decide", "read"]);

let teams: Teams;
beforeAll(async () => {
  teams = await startTeams();
});
afterAll(() => teams.stop());
beforeEach(() => teams.clear());

/** A request that waits, and a channel of Teams that is told of it when a test says so. */
const asked = async (plan: object = updatePlan("p1")) => {
  const h = await harness({
    policy: { ...POLICY, allowed_hosts: [teams.host] },
    notices: guardedNotices({ allowed_hosts: [teams.host], networks: [], loopback: true }),
    consoleUrl: () => "https://buddy.example.com/console",
  });
  const body = { url: teams.url, kind: "teams", event_types: ["ApprovalRequested"] };
  const { webhook } = webhookCreated.parse(await (await h.post("/webhooks", body, ADA)).json());
  await h.post("/executions", { plans: [plan] });
  await h.settle();
  const tell = async () => {
    for (const { type, detail } of h.bus.published) {
      await deliver(h.deps)({ source: "buddy", "detail-type": type, detail });
    }
  };
  /** So many seconds later, what is due is tried. */
  const later = async (seconds: number) => {
    h.time.now += seconds * 1_000;
    await deliver(h.deps)({});
  };
  const [request] = await h.deps.approvals.ofExecution("01EX0002");
  if (request === undefined) throw new Error("no request");
  const delivery = async () => {
    const { items } = await h.deps.deliveries.list(webhook.webhook_id, { limit: 5, next: null });
    return { count: items.length, ...items[0] };
  };
  return { h, tell, later, request, delivery };
};

describe("a channel of Teams", () => {
  it("a channel of Teams is shown a request in full, with one link into the console, once however often it is announced", async () => {
    const { tell, request, delivery } = await asked();
    await tell();
    await tell();
    expect(teams.refused).toEqual([]);
    expect(teams.channel).toHaveLength(1);
    for (const part of [
      "ghl\\_update\\_contact",
      '"customer"',
      "contact\\_id",
      "asked by mail",
      "Submitted by alice",
    ]) {
      expect(teams.channel[0]).toContain(part);
    }
    expect(teams.channel[0]).toContain(
      `Open in the console: https://buddy.example.com/console/requests/${request.approval_id}`,
    );
    expect(await delivery()).toMatchObject({ count: 1, status: "delivered", attempts: 1 });
  });

  it("a channel of Teams is shown who submitted it by the name that the id was given", async () => {
    const { h, tell } = await asked();
    const given = await h.put("/names/alice", { name: "Sales desk" }, ADA);
    expect(given.ok).toBe(true);
    await tell();
    expect(teams.channel[0]).toContain("Submitted by Sales desk \\(alice\\)");
  });

  it("a channel of Teams is told again until it takes it, so that a request is never lost, if shown twice", async () => {
    const { tell, later, delivery } = await asked();
    teams.misbehave(429, 502, "posted, and broken off");
    await tell();
    for (const seconds of [120, 1_200, 7_200]) await later(seconds);
    expect(teams.channel).toHaveLength(2);
    expect(teams.channel[0]).toEqual(teams.channel[1]);
    const { status, tries = [] } = await delivery();
    expect([status, ...tries.map((each) => each.status)]).toEqual(["delivered", 429, 502, null, 202]);
  });

  it("a channel of Teams is told in short where it takes no message of that size, and stays an address that works", async () => {
    teams.limit(1_500);
    const { h, tell, request } = await asked(updatePlan("p1", "c1", { goal: "w".repeat(4_000) }));
    await tell();
    expect(teams.refused).toEqual(["413"]);
    expect(teams.channel).toHaveLength(1);
    expect(teams.channel[0]).toContain("too long for a message");
    expect(teams.channel[0]).toContain(`/requests/${request.approval_id}`);
    expect(await h.deps.webhooks.all()).toMatchObject([{ status: "active", failing_since: null }]);
  });

  it("a channel of Teams is not told of what somebody decided before it was reached", async () => {
    const { h, tell, later, request, delivery } = await asked();
    teams.misbehave(503);
    await tell();
    const no = { decision: "reject", digest: request.digest, comment: "not this one" };
    expect((await h.post(`/approvals/${request.approval_id}/decision`, no, BOB)).status).toBe(200);
    await h.settle();
    await later(300);
    expect(teams.channel).toEqual([]);
    expect(await delivery()).toMatchObject({ status: "delivered" });
  });

  it("a channel of Teams is shown, as a test of the address, that Buddy can write there", async () => {
    const { h, later } = await asked();
    const [address] = await h.deps.webhooks.all();
    expect((await h.post(`/webhooks/${address?.webhook_id}/test`, {}, ADA)).ok).toBe(true);
    await later(0);
    expect(teams.channel[0]).toContain("Buddy can write here");
  });
});
