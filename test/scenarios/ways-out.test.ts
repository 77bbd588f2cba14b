import { describe, expect, it } from "vitest";
import type { WorkflowTasks } from "../../functions/run/tasks.ts";
import { eventsOf, logOf, standing, statusOf } from "../harness/outcome.ts";
import { approve, requestFor, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const aPlan = { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] };

const breaking =
  (
    name: string,
    broken: (task: (input: unknown) => Promise<unknown>, call: number) => (input: unknown) => Promise<unknown>,
  ) =>
  (tasks: WorkflowTasks["tasks"]): WorkflowTasks["tasks"] => {
    const task = tasks[name];
    if (task === undefined) throw new Error(`no task ${name}`);
    let calls = 0;
    const wrapped = (input: unknown): Promise<unknown> => {
      calls += 1;
      return broken(task, calls)(input);
    };
    return { ...tasks, [name]: wrapped };
  };

/** Every way out owes an end, artifacts, nobody asked in vain, nothing held. */
const leavesNothingOpen = async (world: TestWorld, id: string): Promise<void> => {
  expect(await statusOf(world, id)).not.toBe("RUNNING");
  expect(await world.deps.artifactFiles.list(id)).toContain("manifest.json");
  const asked = await world.deps.approvals.ofExecution(id);
  expect(asked.filter(({ status, kind }) => status === "open" && kind === "approve")).toEqual([]);
  expect((await world.deps.ledger.ofExecution(id)).filter(({ status }) => status === "INTENT")).toEqual([]);
  expect(await world.deps.leases.get("ghl:contact:c1")).toBeUndefined();
};

describe("a way out that no state of the machine can catch", () => {
  it.each(["Validate", "Resolve conflicts", "Next wave"])(
    "the state %s that returns nothing ends concluded, with artifacts",
    async (name) => {
      const world = await startWorld({ wrap: breaking(name, () => async () => undefined) });
      const id = await submit(world, aPlan);
      await world.rest(60);
      await leavesNothingOpen(world, id);
      expect(Object.keys(await logOf(world, id))).toEqual(["s1"]);
    },
  );

  it.each(["Validate", "Resolve conflicts", "Next wave"])(
    "the state %s that throws each time ends concluded, with artifacts",
    async (name) => {
      const failing = async (): Promise<never> => {
        throw new Error("out of order");
      };
      const world = await startWorld({ wrap: breaking(name, () => failing) });
      const id = await submit(world, aPlan);
      await world.rest(60);
      await leavesNothingOpen(world, id);
      expect(await statusOf(world, id)).toBe("FAILED");
      expect(await standing(world, id)).toEqual({ s1: "ABORTED finished execution_aborted" });
    },
  );
});

describe("a crash between a record and its event", () => {
  it("a crash between a record and its event leaves a decision that the next pass gives its event", async () => {
    const world = await startWorld();
    const id = await submit(world, aPlan);
    const request = await requestFor(world, id, "s1");
    const at = world.deps.clock.now().toISOString();
    const votes = [{ by: "ann", at, comment: null }];
    await world.deps.approvals.update({ ...request, status: "approved", votes, decided_by: "ann", decided_at: at });
    const waiting = await world.deps.waitTokens.get(id);
    if (waiting === undefined) throw new Error("nobody waits");
    await world.deps.workflow.wake(waiting.token, {});
    await world.settle();
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    const decided = (await eventsOf(world, id)).filter(({ type }) => type === "approval_decided");
    expect(decided.map(({ actor, body }) => [actor, body.decision])).toEqual([["ann", "approve"]]);
  });

  it("a crash between a record and its event leaves a schedule that the repeated task gives its event", async () => {
    const world = await startWorld();
    const id = await submit(world, aPlan);
    await approve(world, id, "s1");
    const resolved = async () => (await eventsOf(world, id)).filter(({ type }) => type === "conflicts_resolved").length;
    expect(await resolved()).toBe(1);
    await world.tasks.tasks["Resolve conflicts"]?.({ execution_id: id, history: 1, pass: 1 });
    expect(await resolved()).toBe(1);
  });
});
