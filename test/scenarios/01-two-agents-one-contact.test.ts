import { expect, it } from "vitest";
import { conflictsOf, pathOf, reported, standing, statusOf } from "../harness/outcome.ts";
import { approve, openRequests, requestFor, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("two agents of one submission update one contact one after the other, the second in full view of the first", async () => {
  const world = await startWorld();
  const before = await world.contact("c1");
  const id = await submit(world, {
    plans: [
      plan("p1", [update("s1", "c1", { stage: "customer" })]),
      plan("p2", [update("s2", "c1", { stage: "lost" }, { agent: "a2" })]),
    ],
  });

  expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["s1"]);
  expect((await requestFor(world, id, "s1")).also_writes).toEqual(["p2/s2 (a2)"]);
  expect(await world.contact("c1")).toEqual(before);

  await approve(world, id, "s1");
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });

  const second = await requestFor(world, id, "s2");
  expect(second.changes).toEqual([{ record: "ghl:contact:c1", field: "stage", old: "customer", new: "lost" }]);
  expect(second.summary).toContain(`stage was written by ${id}/s1 (a1)`);
  expect(await pathOf(world, id, "s2")).toEqual(["mock_succeeded", "previewed", "previewed", "approval_requested"]);

  await approve(world, id, "s2");
  expect(await world.contact("c1")).toMatchObject({ stage: "lost" });
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
  expect(await standing(world, id)).toEqual({ s1: "LIVE finished live", s2: "LIVE finished live" });
  expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE", s2: "success/approved/LIVE" });
  expect(await conflictsOf(world, id)).toMatchObject([
    {
      conflict_type: "RESOURCE_CONFLICT",
      resolution_strategy: "DELAY",
      resolution_status: "resolved",
      severity: "high",
    },
  ]);
});
