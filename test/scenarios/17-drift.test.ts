import { expect, it } from "vitest";
import { openApproval } from "../../functions/api/read/open-approval.ts";
import { pathOf, reported } from "../harness/outcome.ts";
import { approve, approver, decide, requestFor, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("what somebody else changes between approval and LIVE goes back to a person, with the difference", async () => {
  const world = await startWorld();
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  const asked = await requestFor(world, id, "s1");
  await world.changeContact("c1", { stage: "churned" });
  await approve(world, id, "s1");

  expect(await world.contact("c1")).toMatchObject({ stage: "churned" });
  expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
  const again = await requestFor(world, id, "s1");
  expect(again.digest).not.toBe(asked.digest);
  expect(await openApproval(world.deps)(asked.approval_id, approver("ann"))).toMatchObject({
    value: { status: "approved", followed_by: again.approval_id },
  });
  expect(again.changes).toMatchObject([{ old: "churned", new: "customer" }]);
  expect(again.drift).toEqual([{ record: "ghl:contact:c1", field: "stage", old: "qualified", new: "churned" }]);
  expect(await pathOf(world, id, "s1")).toEqual([
    "mock_succeeded",
    "previewed",
    "approval_requested",
    "approved",
    "drifted",
    "approval_requested",
  ]);

  await decide(world, id, "s1", "reject");
  expect(await world.contact("c1")).toMatchObject({ stage: "churned" });
  expect(await reported(world, id)).toEqual({ s1: "blocked/rejected/DRY_RUN" });
});
