import { expect, it } from "vitest";
import { logOf, reported, standing, statusOf, summaryOf } from "../harness/outcome.ts";
import { approve, decide, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("a rejected step ends at its preview, what depends on it goes no further, and the rest of the plan goes on", async () => {
  const world = await startWorld();
  const before = await world.contact("c1");
  const id = await submit(world, {
    plans: [
      plan("p1", [
        update("s1", "c1", { stage: "customer" }),
        update("s2", "c2", { stage: "customer" }, { after: ["s1"], agent: "a2" }),
        update("s3", "c3", { stage: "customer" }, { agent: "a3" }),
      ]),
    ],
  });
  await decide(world, id, "s1", "reject", { comment: "not a customer yet" });
  await approve(world, id, "s3");

  expect(await standing(world, id)).toEqual({
    s1: "DRY_RUN finished rejected",
    s2: "DRY_RUN finished ceiling",
    s3: "LIVE finished live",
  });
  expect(await reported(world, id)).toEqual({
    s1: "blocked/rejected/DRY_RUN",
    s2: "partial/not_required/DRY_RUN",
    s3: "success/approved/LIVE",
  });
  const log = await logOf(world, id);
  expect(log.s1?.error_message).toContain("not a customer yet");
  expect(log.s2?.error_message).toContain("s1 (ghl_update_contact)");
  expect(await world.contact("c1")).toEqual(before);
  expect(await world.contact("c3")).toMatchObject({ stage: "customer" });
  expect(await summaryOf(world, id)).toMatchObject({ plans_incomplete: 1, plans_failed: 0, total_rollbacks: 0 });
  expect(await statusOf(world, id)).toBe("INCOMPLETE");
  const open = (await world.deps.approvals.ofExecution(id)).filter(({ status }) => status === "open");
  expect(open).toEqual([]);
});
