import { expect, it } from "vitest";
import { standing, statusOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { mail, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("a clock that goes back an hour between a decision and LIVE holds nothing up: the call is made once", async () => {
  const world = await startWorld();
  const id = await submit(world, { plans: [plan("p1", [mail("m1", "Offer")])] });
  const { now } = world.deps.clock;
  world.deps.clock.now = () => new Date(now().getTime() - 3_600_000);
  await approve(world, id, "m1");
  await world.rest();
  expect(await standing(world, id)).toEqual({ m1: "LIVE finished live" });
  expect(await world.records("outbox")).toHaveLength(1);
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
});
