import { beforeAll, describe, expect, it } from "vitest";
import { executionPage } from "../../functions/api/schemas.ts";
import { until } from "../client/api.ts";
import { create, look, plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

describe("people decide", () => {
  let us: Team;
  /** Nobody decides on it: its time is over while the others are decided. */
  let undecided: string;
  beforeAll(async () => {
    us = await team();
    undecided = await us.agents.submit([plan("p_expire", [update("s1", "c5", { phone: "+49 30 5550100" })])], {
      approval_timeout_seconds: 5,
    });
    await us.bob.request(undecided, "s1");
  });

  it("people approve a reversible write and an irreversible one, which the submitter may not", async () => {
    const id = await us.alice.submit([
      plan("p_approve", [
        update("s1", "c2", { phone: "+49 30 5550102" }),
        create("s2", "ada.quist@e2e.example"),
        look("s3"),
      ]),
    ]);
    const [first, second] = await Promise.all([us.bob.request(id, "s1"), us.bob.request(id, "s2")]);
    expect(first.changes).toEqual([
      expect.objectContaining({ record: "ghl:contact:c2", field: "phone", new: "+49 30 5550102" }),
    ]);
    const { approval_id, digest } = second;
    const own = await us.alice.send("POST", `/approvals/${approval_id}/decision`, { decision: "approve", digest });
    expect(own.status).toBe(403);
    await us.bob.decide(first, "approve");
    await us.bob.decide(second, "approve");
    const ended = await us.alice.ended(id);
    expect(ended.status).toBe("SUCCEEDED");
    expect(ended.steps.map(({ state }) => state)).toEqual(["LIVE", "LIVE", "LIVE"]);
  });

  it("an edit is done after it was asked anew, and nothing of what was proposed", async () => {
    const id = await us.agents.submit([plan("p_edit", [update("s1", "c3", { phone: "+49 30 5550103" })])]);
    const asked = await us.bob.request(id, "s1");
    await us.bob.decide(asked, "edit", {
      arguments: { contact_id: "c3", fields: { phone: "+49 30 5550199" } },
      comment: "they signed yesterday",
    });
    const again = await until("the request for the edited call", async () =>
      (await us.alice.openRequests(id)).find(({ approval_id }) => approval_id !== asked.approval_id),
    );
    expect(again.changes).toEqual([expect.objectContaining({ field: "phone", new: "+49 30 5550199" })]);
    await us.alice.decide(again, "approve");
    expect((await us.alice.ended(id)).status).toBe("SUCCEEDED");
  });

  it("nothing of what was rejected is done, and the rest all the same", async () => {
    const id = await us.agents.submit([
      plan("p_reject", [update("s1", "c4", { phone: "+49 30 5550100" }), look("s2")]),
    ]);
    await us.bob.decide(await us.bob.request(id, "s1"), "reject", { comment: "not this one" });
    const { steps } = await us.alice.ended(id);
    expect(steps.find(({ step_id }) => step_id === "s1")).toMatchObject({ state: "DRY_RUN", finished: true });
    expect(steps.find(({ step_id }) => step_id === "s2")).toMatchObject({ state: "LIVE", finished: true });
  });

  it("a decision on a preview that the person did not see is refused", async () => {
    const id = await us.agents.submit([plan("p_digest", [update("s1", "c6", { phone: "+49 30 5550100" })])]);
    const { approval_id } = await us.bob.request(id, "s1");
    const stale = { decision: "approve", digest: "0".repeat(64) };
    expect((await us.bob.send("POST", `/approvals/${approval_id}/decision`, stale)).status).toBe(409);
    await us.bob.act(id, "abort", "the test is over");
    expect((await us.alice.ended(id)).status).toBe("ABORTED");
  });

  it("an execution that nobody decided in time is aborted", async () => {
    // The minute of the sweeper, where the engine does not end the wait by itself.
    const { steps } = await us.alice.ended(undecided, 150);
    expect(steps[0]).toMatchObject({ state: "ABORTED" });
    const approvals = await us.alice.send("GET", `/approvals?status=expired&execution=${undecided}`);
    expect(approvals.body).toMatchObject({ count: 1 });
  });
});

describe("submissions", () => {
  let us: Team;
  beforeAll(async () => {
    us = await team();
  });

  it("submissions are one execution however often they are sent under one key, refused where the key says something else", async () => {
    const key = { "idempotency-key": crypto.randomUUID() };
    const body = JSON.stringify({ plans: [plan("p_once", [look("s1")])] });
    const [first, second] = [
      await us.agents.send("POST", "/executions", body, key),
      await us.agents.send("POST", "/executions", body, key),
    ];
    expect(first.status).toBe(202);
    expect(second.body).toEqual(first.body);
    expect([first, second].map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true"]);
    const other = JSON.stringify({ plans: [plan("p_other", [look("s1")])] });
    expect((await us.agents.send("POST", "/executions", other, key)).status).toBe(409);
  });

  it("submissions that are wrong are refused with everything that is wrong, and leave nothing behind", async () => {
    const answer = await us.agents.send("POST", "/executions", {
      plans: [plan("p_bad", [look("s1", { confidence: 7 }), look("s1", { depends_on: ["nowhere"] })])],
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("content-type")).toContain("application/problem+json");
    expect(answer.body).toMatchObject({
      violations: expect.arrayContaining([expect.objectContaining({ path: "/plans/0/steps/0/confidence" })]),
    });
  });

  it("submissions are listed page by page, each once", async () => {
    const ids = new Set<string>();
    let seen = 0;
    for (let next: string | null = ""; next !== null; ) {
      const query: string = next === "" ? "" : `&next=${encodeURIComponent(next)}`;
      const page = await us.alice.ask(executionPage, "GET", `/executions?limit=3${query}`);
      expect(page.items.length).toBeLessThanOrEqual(3);
      for (const { execution_id } of page.items) ids.add(execution_id);
      seen += page.items.length;
      next = page.next;
    }
    expect(seen).toBeGreaterThan(3);
    expect(ids.size).toBe(seen);
  });
});
