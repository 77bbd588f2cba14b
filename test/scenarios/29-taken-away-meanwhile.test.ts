import { expect, it } from "vitest";
import { lockSystem, unlockSystem } from "../../functions/api/act/lock-system.ts";
import { resumeExecution } from "../../functions/api/act/resume-execution.ts";
import type { LockScope } from "../../shared/execution/lock/lock.ts";
import { standing, stepOf } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const everything: LockScope = { kind: "everything" };
const DAYS = 86_400_000;

it("a grant that was taken away after the approval keeps its step from running, and says so", async () => {
  const world = await startWorld({ agents: [{ agent_id: "a1", owner: "olga" }] });
  const id = await submit(world, {
    plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])],
  });
  const agent = await world.deps.agents.get("a1");
  if (agent === undefined) throw new Error("a1 is not registered");
  await world.deps.agents.put({ ...agent, granted_permissions: ["ghl_access"] });
  await approve(world, id, "s1");
  await world.rest();
  expect(await standing(world, id)).toMatchObject({ s1: "ABORTED finished not_started" });
  expect((await stepOf(world, id, "s1")).reason).toContain("a1 was granted ghl_write when this was submitted");
  expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });
  expect((await world.deps.ledger.ofExecution(id)).filter(({ status }) => status === "COMMITTED")).toEqual([]);
});

it.each([
  { who: "who submitted", allowed: ["Sam"], kept: true },
  { who: "somebody else only", allowed: ["sue"], kept: false },
])("an agent that $who may submit for by now: its step runs: $kept", async ({ allowed, kept }) => {
  const world = await startWorld({ agents: [{ agent_id: "a1", owner: "olga" }] });
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  const agent = await world.deps.agents.get("a1");
  if (agent === undefined) throw new Error("a1 is not registered");
  await world.deps.agents.put({ ...agent, allowed_submitters: allowed });
  await approve(world, id, "s1");
  await world.rest();
  const record = await stepOf(world, id, "s1");
  expect(record.ending).toBe(kept ? "live" : "not_started");
  if (!kept)
    expect(record.reason).toContain("its submitter was allowed to submit for agent a1 when this was submitted");
});

it("a resume takes up what a lock held, though the clock went back two days in between", async () => {
  const world = await startWorld();
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  expect(await openRequests(world, id)).toHaveLength(1);
  for (const round of [1, 2]) {
    await lockSystem(world.deps)({ scope: everything, mode: "stop_forward", reason: "look first" }, "olga");
    await world.rest();
    expect(await standing(world, id), `round ${round}`).toMatchObject({ s1: "LOCKED open lock" });
    const back = { now: () => new Date(world.deps.clock.now().getTime() - 2 * DAYS) };
    const deps = { ...world.deps, clock: back };
    expect(await unlockSystem(deps)({ scope: everything, reason: "fine" }, "omar")).toMatchObject({ ok: true });
    // Unlocked is not resumed: what is held stays held until a person says so, also the second time.
    await world.rest();
    expect(await standing(world, id), `round ${round}`).toMatchObject({ s1: "LOCKED open lock" });
    expect(await resumeExecution(deps)(id, { by: "omar", reason: "go on" })).toMatchObject({ ok: true });
    await world.settle();
    expect(await standing(world, id), `round ${round}`).toMatchObject({ s1: expect.stringContaining("AWAITING") });
  }
  await approve(world, id, "s1");
  await world.rest();
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
});
