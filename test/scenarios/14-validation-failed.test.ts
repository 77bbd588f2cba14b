import { expect, it } from "vitest";
import { logOf, reported, summaryOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("a plan whose validation failed ends in DRY_RUN and names the target, and its neighbour goes LIVE", async () => {
  const world = await startWorld();
  const id = await submit(world, {
    plans: [
      plan("p1", [update("s1", "c1", { stage: "customer" })]),
      plan("p2", [update("s2", "c2", { stage: "customer" }, { agent: "a2" })]),
    ],
    validations: [
      {
        validation_id: "v1",
        plan_id: "p1",
        status: "failed",
        metric_targets: { goal_coverage: { value: 0.4, target: 0.8, status: "failed" } },
      },
      { validation_id: "v2", plan_id: "p2", status: "passed" },
    ],
  });
  await approve(world, id, "s2");
  expect(await reported(world, id)).toEqual({ s1: "partial/not_required/DRY_RUN", s2: "success/approved/LIVE" });
  expect((await logOf(world, id)).s1?.error_message).toContain("goal_coverage");
  expect(await summaryOf(world, id)).toMatchObject({
    plans_incomplete: 1,
    plans_successful: 1,
    orchestration_results: [{ phase22_validation_id: "v1" }, { phase22_validation_id: "v2" }],
  });
});
