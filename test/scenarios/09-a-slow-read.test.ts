import { expect, it } from "vitest";
import { reported, rollbacksOf, standing } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { call, plan, recall, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const readAndWrite = {
  plans: [plan("p1", [recall("r1", "invoices"), update("s1", "c1", { stage: "customer" }, { agent: "a2" })])],
};

it("a LIVE read that times out is tried three times in all, then ABORTED: nothing to reconcile, nothing undone", async () => {
  const world = await startWorld();
  await world.fail({ tool_name: "memory_search", rung: "call", kind: "time_out_before", times: 3 });
  const id = await submit(world, readAndWrite);
  expect(await standing(world, id)).toMatchObject({ r1: "ABORTED finished failed" });
  expect((await openRequests(world, id)).map(({ kind }) => kind)).toEqual(["approve"]);
  await approve(world, id, "s1");
  expect(await reported(world, id)).toEqual({ r1: "failed/not_required/DRY_RUN", s1: "success/approved/LIVE" });
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  expect(await rollbacksOf(world, id)).toEqual([]);
});

it("a LIVE read that answers the third time has succeeded", async () => {
  const world = await startWorld();
  await world.fail({ tool_name: "memory_search", rung: "call", kind: "time_out_before", times: 2 });
  const id = await submit(world, readAndWrite);
  expect(await standing(world, id)).toMatchObject({ r1: "LIVE finished live" });
});

it("the row of a read says until when its last try may run", async () => {
  const world = await startWorld();
  await world.fail({ tool_name: "mployer_search", rung: "call", kind: "slow", delay_ms: 3_600_000, times: null });
  const id = await submit(world, { plans: [plan("p1", [call("r1", "mployer_search", { query: "Acme" })])] });
  // Thirty seconds, three times.
  await world.pass(89);
  expect(await standing(world, id)).toEqual({ r1: "LIVE open -" });
  const now = world.time.clock.now().toISOString();
  expect((await world.deps.inFlightCalls.all()).map((row) => row.may_run_until > now)).toEqual([true]);
});

it("a read whose answer never comes ends by its contract's timeout", async () => {
  const world = await startWorld();
  await world.fail({ tool_name: "memory_search", rung: "call", kind: "slow", delay_ms: 3_600_000, times: null });
  const id = await submit(world, { plans: [plan("p1", [recall("r1", "invoices")])] });
  // Two seconds, three times.
  await world.pass(5);
  expect(await standing(world, id)).toEqual({ r1: "LIVE open -" });
  expect(
    (await world.deps.inFlightCalls.all()).every((call) => call.may_run_until > world.time.clock.now().toISOString()),
  ).toBe(true);
  await world.pass(1);
  expect(await standing(world, id)).toEqual({ r1: "ABORTED finished failed" });
});
