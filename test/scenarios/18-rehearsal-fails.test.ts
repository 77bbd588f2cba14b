import { expect, it } from "vitest";
import { reported, standing, statusOf } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { plan, recall, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("nothing of a plan goes LIVE when the preview of its fifth step fails, and its neighbour is not concerned", async () => {
  const world = await startWorld();
  const id = await submit(world, {
    plans: [
      plan("p1", [
        recall("s1", "invoices"),
        update("s2", "c2", { stage: "customer" }),
        recall("s3", "mail", { agent: "a2" }),
        update("s4", "c4", { stage: "customer" }),
        update("s5", "no-such-contact", { stage: "customer" }),
      ]),
      plan("p2", [update("t1", "c9", { stage: "customer" }, { agent: "b1" })]),
    ],
  });
  expect((await openRequests(world, id)).map(({ step_id }) => step_id)).toEqual(["t1"]);
  await approve(world, id, "t1");
  const stands = await standing(world, id);
  expect(stands.s5).toBe("ABORTED finished failed");
  expect(Object.values(await reported(world, id)).filter((told) => told.endsWith("/LIVE"))).toEqual([
    "success/approved/LIVE",
  ]);
  const rows = await world.deps.ledger.ofExecution(id);
  expect(rows.map(({ step_id }) => step_id)).toEqual(["t1"]);
  const live = (await world.deps.steps.all(id)).filter(({ rungs }) => rungs.some(({ mode }) => mode === "LIVE"));
  expect(live.map(({ step_id }) => step_id)).toEqual(["t1"]);
  expect(await statusOf(world, id)).toBe("FAILED");
});
