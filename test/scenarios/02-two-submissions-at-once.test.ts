import { expect, it } from "vitest";
import { pathOf, reported, stepOf } from "../harness/outcome.ts";
import { approve, openRequests, requestFor, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

it("two submissions that write one contact are never both inside the call, and the second is asked anew", async () => {
  const world = await startWorld();
  await world.fail({
    tool_name: "ghl_update_contact",
    rung: "call",
    kind: "slow",
    delay_ms: 5_000,
    times: 1,
    arguments: { fields: { stage: "customer" } },
  });
  const first = await submit(world, { plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])] });
  const second = await submit(world, { plans: [plan("p2", [update("s2", "c1", { stage: "lost" })])] });
  const asked = await requestFor(world, second, "s2");
  expect(asked.changes).toMatchObject([{ old: "qualified", new: "lost" }]);

  await approve(world, first, "s1");
  await approve(world, second, "s2");
  const inFlight = await world.deps.inFlightCalls.all();
  expect(inFlight.map(({ execution_id }) => execution_id)).toEqual([first]);
  expect((await stepOf(world, second, "s2")).reason).toContain(`ghl:contact:c1 is being written by ${first}/s1`);

  await world.pass(5);
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });
  await world.rest();
  expect(await pathOf(world, second, "s2")).toContain("drifted");
  const again = await requestFor(world, second, "s2");
  expect(again.approval_id).not.toBe(asked.approval_id);
  expect(again.votes).toEqual([]);
  expect(again.drift).toEqual([{ record: "ghl:contact:c1", field: "stage", old: "qualified", new: "customer" }]);
  expect(await world.contact("c1")).toMatchObject({ stage: "customer" });

  await approve(world, second, "s2");
  expect(await world.contact("c1")).toMatchObject({ stage: "lost" });
  expect(await openRequests(world, second)).toEqual([]);
  expect(await reported(world, first)).toEqual({ s1: "success/approved/LIVE" });
  expect(await reported(world, second)).toEqual({ s2: "success/approved/LIVE" });
});
