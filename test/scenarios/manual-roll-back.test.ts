import { describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { reported, rollbacksOf, standing, statusOf } from "../harness/outcome.ts";
import { approve, approveAll, submit } from "../harness/people.ts";
import { create, plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const undo = async (world: TestWorld, id: string, depth: number | null = null): Promise<void> => {
  const asked = await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong customer" }, depth);
  expect(asked).toMatchObject({ ok: true });
  await world.rest();
};

describe("a roll back that a person asks for", () => {
  it("undoes what can be undone, last first, and leaves what cannot", async () => {
    const world = await startWorld();
    const before = [await world.contact("c1"), await world.contact("c2")];
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          update("s2", "c2", { stage: "customer" }, { after: ["s1"] }),
          create("s3", "new@example.org", { after: ["s2"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    await undo(world, id);
    expect([await world.contact("c1"), await world.contact("c2")]).toEqual(before);
    expect(await standing(world, id)).toEqual({
      s1: "ABORTED finished compensated",
      s2: "ABORTED finished compensated",
      s3: "LIVE finished live",
    });
    expect(await reported(world, id)).toMatchObject({ s1: "rollback/approved/LIVE", s3: "success/approved/LIVE" });
    expect(await rollbacksOf(world, id)).toMatchObject([
      { trigger: "manual", affected_executions: ["s2", "s1"], recovery_status: "completed" },
    ]);
    expect((await world.deps.executions.get(id))?.manifests).toBe(2);
  });

  it("to a depth undoes that many layers from the end", async () => {
    const world = await startWorld();
    const id = await submit(world, {
      plans: [
        plan("p1", [
          update("s1", "c1", { stage: "customer" }),
          update("s2", "c2", { stage: "customer" }, { after: ["s1"] }),
        ]),
      ],
    });
    await approveAll(world, id);
    await undo(world, id, 1);
    expect(await standing(world, id)).toEqual({ s1: "LIVE finished live", s2: "ABORTED finished compensated" });
  });

  it("is taken up though the last wait of the execution ended by its time, and not by being woken", async () => {
    const world = await startWorld();
    const before = await world.contact("c1");
    const id = await submit(world, {
      plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" })])],
      config: { approval_timeout_seconds: 3_600 },
    });
    await approve(world, id, "s1");
    await world.pass(3_600);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    await undo(world, id);
    expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished compensated" });
    expect(await world.contact("c1")).toEqual(before);
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it("stops where somebody else has written since, and a person settles it", async () => {
    const world = await startWorld();
    const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
    await approveAll(world, id);
    await world.changeContact("c1", { stage: "vip" });
    await undo(world, id);
    expect(await world.contact("c1")).toMatchObject({ stage: "vip" });
    expect(await standing(world, id)).toEqual({ s1: "LOCKED undo_failed -" });
    expect(await statusOf(world, id)).toBe("LOCKED");
  });
});
