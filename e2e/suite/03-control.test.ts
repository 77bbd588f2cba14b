import { beforeAll, describe, expect, it } from "vitest";
import { lockReply, unlockReply } from "../../functions/api/schemas.ts";
import { until } from "../client/api.ts";
import { look, plan, update } from "../client/plans.ts";
import { type Team, team } from "../client/prepared.ts";

describe("operators", () => {
  let us: Team;
  beforeAll(async () => {
    us = await team();
  });

  it("operators undo what was done, and leave the rest", async () => {
    const id = await us.agents.submit([plan("p_undo", [update("s1", "c7", { phone: "+49 30 5550107" }), look("s2")])]);
    await us.bob.decide(await us.bob.request(id, "s1"), "approve");
    expect((await us.alice.ended(id)).manifests).toBe(1);
    await us.bob.act(id, "rollback", "the customer called");
    const undone = await until("the second seal", async () => {
      const execution = await us.alice.execution(id);
      return execution.manifests === 2 && execution.status !== "RUNNING" ? execution : undefined;
    });
    expect(undone.steps.find(({ step_id }) => step_id === "s1")).toMatchObject({
      state: "ABORTED",
      ending: "compensated",
    });
    const events = await us.alice.events(id);
    expect(events.filter(({ chain }) => chain === "step:s1").map(({ body }) => body.to)).toContain("ROLLBACK");
    // The tags of the files as they stand now is what stood there before: the next preview shows it as the old value.
    const next = await us.agents.submit([plan("p_after", [update("s1", "c7", { phone: "+49 30 5550177" })])]);
    const { changes } = await us.bob.request(next, "s1");
    expect(changes.map(({ old }) => old)).not.toContain("+49 30 5550107");
    await us.bob.act(next, "abort", "seen");
    await us.alice.ended(next);
  });

  it("operators abort what waits: requests are voided, nothing is done", async () => {
    const id = await us.agents.submit([plan("p_abort", [update("s1", "c8", { phone: "+49 30 5550108" })])]);
    const request = await us.bob.request(id, "s1");
    await us.bob.act(id, "abort", "changed our minds");
    const ended = await us.alice.ended(id);
    expect(ended).toMatchObject({ status: "ABORTED", open_approvals: 0 });
    expect(ended.steps[0]).toMatchObject({ state: "ABORTED" });
    const late = { decision: "approve", digest: request.digest };
    expect((await us.bob.send("POST", `/approvals/${request.approval_id}/decision`, late)).status).toBe(409);
  });

  it("operators lock an execution, unlock it as a second person, and resume it: what did not change keeps its decision", async () => {
    const id = await us.agents.submit([
      plan("p_lock", [
        update("s1", "c9", { phone: "+49 30 5550109" }),
        update("s2", "c10", { phone: "+49 30 5550110" }),
      ]),
    ]);
    await us.bob.request(id, "s1");
    await us.bob.request(id, "s2");
    const scope = { kind: "execution", execution_id: id };
    const locked = await us.alice.ask(lockReply, "POST", "/system/lock", { scope, reason: "something is odd" });
    expect(locked).toMatchObject({ can_still_run: [], told: 1, lock: { locked_by: us.people.alice.name } });
    const held = await us.alice.ended(id);
    expect(held.status).toBe("LOCKED");
    expect(held.steps.map(({ state }) => state)).toEqual(["LOCKED", "LOCKED"]);

    const again = { scope, reason: "it was nothing" };
    expect((await us.alice.send("POST", "/system/unlock", again)).status).toBe(403);
    await us.bob.ask(unlockReply, "POST", "/system/unlock", again);
    await us.bob.act(id, "resume", "it was nothing");
    await until("both to be asked again", async () => {
      const { states } = await us.alice.execution(id);
      return states.AWAITING_APPROVAL === 2 ? true : undefined;
    });
    for (const step of ["s1", "s2"]) await us.bob.decide(await us.bob.request(id, step), "approve");
    const ended = await us.alice.ended(id);
    expect(ended).toMatchObject({ status: "SUCCEEDED", history: 2 });
    expect(ended.steps.map(({ state }) => state)).toEqual(["LIVE", "LIVE"]);
  });
});
