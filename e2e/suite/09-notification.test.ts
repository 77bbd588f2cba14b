import { beforeAll, describe, expect, it } from "vitest";
import { approvalView } from "../../functions/api/schemas.ts";
import { Client } from "../client/api.ts";
import { Inbox, subscribeByRule, subscribeToMessages } from "../client/inbox.ts";
import { plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

describe("what leaves the deployment", () => {
  let us: Team;
  let id: string;
  let messages: Inbox;
  let events: Inbox;

  beforeAll(async () => {
    us = await team();
    messages = await Inbox.open(us.at, "messages");
    events = await Inbox.open(us.at, "events");
    await subscribeToMessages(us.at, messages);
    await subscribeByRule(us.at, events, {
      source: ["buddy"],
      "detail-type": ["ApprovalRequested", "OrchestrationCompleted"],
    });
    id = await us.agents.submit([plan("p_told", [update("s1", "c15", { phone: "+49 30 556" })])]);
  }, 120_000);

  it("a message tells people that they have to decide, with a link to the console, which opens and decides nothing", async () => {
    const request = await us.bob.request(id, "s1");
    const text = await messages.first((each) => each.includes(id));
    expect(text).toContain("A person has to decide: approve ghl_update_contact (MEDIUM).");
    expect(text).toContain(`buddy approvals ${request.approval_id}`);
    const [, path = expect.fail(text)] = /^"Read it: https?:\/\/[^/\s]+(\/console\/requests\/\S+) \(/m.exec(text) ?? [];
    expect(path).toBe(`/console/requests/${request.approval_id}`);
    const page = await new Client(us.at).send("GET", path);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=utf-8"]);
    expect(page.body).not.toContain("ghl_update_contact");
    expect((await us.bob.request(id, "s1")).opened_by).toEqual([]);
  });

  it("a team's own page gets a link that opens the request for who is signed in alone and decides nothing", async () => {
    const request = await us.bob.request(id, "s1");
    const asked = JSON.parse(await events.first((each) => each.includes(id) && each.includes("ApprovalRequested")));
    const path = `/links/${asked.detail.link}`;
    expect((await new Client(us.at).send("GET", path)).status, "who is not signed in").toBe(401);
    const opened = await us.bob.ask(approvalView, "GET", path);
    expect(opened).toMatchObject({ approval_id: request.approval_id, status: "open", votes: [] });
    expect(opened.opened_by).toHaveLength(1);
    expect((await us.bob.send("POST", path, { decision: "approve", digest: request.digest })).status).toBe(404);
    expect((await us.bob.execution(id)).status).toBe("RUNNING");
  });

  it("an event tells another phase by its rule that an execution ended", async () => {
    await us.bob.decide(await us.bob.request(id, "s1"), "approve");
    expect((await us.alice.ended(id)).status).toBe("SUCCEEDED");
    const event = JSON.parse(
      await events.first((each) => each.includes(id) && each.includes("OrchestrationCompleted")),
    );
    expect(event).toMatchObject({
      source: "buddy",
      "detail-type": "OrchestrationCompleted",
      detail: { execution_id: id, status: "SUCCEEDED", manifest: 1 },
    });
  });
});
