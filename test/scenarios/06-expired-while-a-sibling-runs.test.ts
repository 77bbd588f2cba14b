import { expect, it } from "vitest";
import { extendApproval } from "../../functions/api/act/extend-approval.ts";
import { reported, standing } from "../harness/outcome.ts";
import { approve, requestFor, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const two = {
  plans: [plan("p1", [update("s1", "c1", { stage: "customer" }), update("s2", "c2", { stage: "customer" })])],
  config: { approval_timeout_seconds: 3_600 },
};

it("a request that nobody decided ends its step while the sibling that runs goes on", async () => {
  const world = await startWorld();
  await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", delay_ms: 10_000, times: 1 });
  const id = await submit(world, two);
  await world.pass(3_595);
  await approve(world, id, "s1");
  await world.pass(6);
  expect((await world.deps.inFlightCalls.all()).map(({ step_id }) => step_id)).toEqual(["s1"]);
  await world.pass(10);
  expect(await standing(world, id)).toEqual({ s1: "LIVE finished live", s2: "ABORTED finished expired" });
  expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE", s2: "blocked/expired/DRY_RUN" });
  expect(await world.contact("c2")).not.toMatchObject({ stage: "customer" });
});

it("a request that was extended in time is still open after the old hour, and can be approved", async () => {
  const world = await startWorld();
  const id = await submit(world, two);
  const request = await requestFor(world, id, "s2");
  await world.pass(3_000);
  expect((await extendApproval(world.deps)(request.approval_id, { seconds: 3_600 }, "ops")).ok).toBe(true);
  await world.settle();
  await world.pass(1_000);
  expect(await standing(world, id)).toEqual({ s1: "ABORTED finished expired", s2: "AWAITING_APPROVAL open -" });
  await approve(world, id, "s2");
  expect(await reported(world, id)).toEqual({ s1: "blocked/expired/DRY_RUN", s2: "success/approved/LIVE" });
});

it("a request that nobody ever looks at expires at its hour, without anything else happening", async () => {
  const world = await startWorld();
  const id = await submit(world, { ...two, plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  await world.pass(3_599);
  expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL open -" });
  await world.pass(1);
  expect(await standing(world, id)).toEqual({ s1: "ABORTED finished expired" });
});
