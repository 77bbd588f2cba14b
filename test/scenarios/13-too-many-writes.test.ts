import { expect, it } from "vitest";
import { logOf, reported, statusOf } from "../harness/outcome.ts";
import { openRequests, submit } from "../harness/people.ts";
import { plan, recall, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("a plan with more writes than its budget writes nothing, says so before the first call, and still reads", async () => {
  const world = await startWorld();
  const writes = [1, 2, 3, 4, 5, 6, 7].map((n) => update(`w${n}`, `c${n}`, { stage: "customer" }));
  const id = await submit(world, { plans: [plan("p1", [...writes, recall("r1", "invoices")])] });
  expect(await openRequests(world, id)).toEqual([]);
  expect(await statusOf(world, id)).toBe("INCOMPLETE");
  const told = await reported(world, id);
  expect(told.r1).toBe("success/not_required/LIVE");
  expect(writes.map(({ step_id }) => told[step_id])).toEqual(writes.map(() => "partial/not_required/DRY_RUN"));
  expect((await logOf(world, id)).w1?.error_message).toContain("max_live_escalations");
  expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
  expect(await world.contact("c1")).not.toMatchObject({ stage: "customer" });
});
