import { describe, expect, it } from "vitest";
import { logOf, reported, rollbacksOf, standing, statusOf, summaryOf } from "../harness/outcome.ts";
import { approve, decide, openRequests, requestFor, submit } from "../harness/people.ts";
import { create, plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

/** s1 reversible, s2 irreversible, s3 fails, s4 waits for a person all along; another plan beside them. */
const submitted = async (world: TestWorld, s2DependsOn: string[]): Promise<string> => {
  await world.fail({
    tool_name: "ghl_update_contact",
    rung: "call",
    kind: "reject",
    times: null,
    arguments: { contact_id: "c3" },
    message: "422 stage is not known",
  });
  return submit(world, {
    plans: [
      plan("p1", [
        update("s1", "c1", { stage: "customer" }),
        create("s2", "new@example.org", { after: s2DependsOn }),
        update("s3", "c3", { stage: "nonsense" }),
        update("s4", "c4", { stage: "customer" }),
      ]),
      plan("p2", [update("t1", "c9", { stage: "customer" }, { agent: "b1" })]),
    ],
  });
};

const created = async (world: TestWorld) =>
  (await world.records("ghlContacts")).filter(({ email }) => email === "new@example.org");

describe("a failure after success", () => {
  it("a failure after success undoes what can be undone, leaves and reports what cannot, and concerns no other plan", async () => {
    const world = await startWorld();
    const before = await world.contact("c1");
    const id = await submitted(world, []);
    await approve(world, id, "s1");
    await approve(world, id, "s2");
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
    await approve(world, id, "s3");

    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["t1"]);
    expect(await standing(world, id)).toMatchObject({
      s1: "ABORTED finished compensated",
      s2: "LIVE finished live",
      s3: "ABORTED finished failed",
      s4: "ABORTED finished plan_failed",
    });
    expect(await world.contact("c1")).toEqual(before);
    expect(await created(world)).toHaveLength(1);

    await approve(world, id, "t1");
    expect(await statusOf(world, id)).toBe("FAILED");
    expect(await reported(world, id)).toEqual({
      s1: "rollback/approved/LIVE",
      s2: "success/approved/LIVE",
      s3: "failed/approved/DRY_RUN",
      s4: "blocked/pending/DRY_RUN",
      t1: "success/approved/LIVE",
    });
    expect((await logOf(world, id)).s3?.error_message).toContain("422 stage is not known");
    expect(await summaryOf(world, id)).toMatchObject({ plans_failed: 1, plans_successful: 1, total_rollbacks: 1 });
    expect(await rollbacksOf(world, id)).toMatchObject([
      { trigger: "execution_failure", affected_executions: ["s1"], recovery_status: "completed" },
    ]);
    const voided = (await world.deps.approvals.ofExecution(id)).filter(({ status }) => status === "voided");
    expect(voided.map(({ step_id }) => step_id)).toEqual(["s4"]);
  });

  it("a failure after success asks a person whether to undo what a committed irreversible step depends on", async () => {
    const world = await startWorld();
    const id = await submitted(world, ["s1"]);
    await approve(world, id, "s1");
    await approve(world, id, "s2");
    await approve(world, id, "s3");

    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
    const asked = await requestFor(world, id, "s1");
    expect(asked.kind).toBe("undo");
    expect(asked.summary).toContain("s2");
    expect(asked.expires_at).toBeNull();
    expect(asked.excluded).toContain("sam");
    await decide(world, id, "s1", "approve");
    await approve(world, id, "t1");
    expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });
    expect(await reported(world, id)).toMatchObject({ s1: "rollback/approved/LIVE", s2: "success/approved/LIVE" });
    expect(await rollbacksOf(world, id)).toMatchObject([{ affected_executions: ["s1"], recovery_status: "completed" }]);
  });

  it("a failure after success leaves what stands as it is when a person says no to undoing, and asks no second time", async () => {
    const world = await startWorld();
    const id = await submitted(world, ["s1"]);
    await approve(world, id, "s1");
    await approve(world, id, "s2");
    await approve(world, id, "s3");
    await decide(world, id, "s1", "reject", { comment: "the new contact needs it" });
    expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["t1"]);
    await approve(world, id, "t1");
    expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
    expect(await reported(world, id)).toMatchObject({ s1: "success/approved/LIVE", s2: "success/approved/LIVE" });
    expect(await statusOf(world, id)).toBe("FAILED");
  });
});
