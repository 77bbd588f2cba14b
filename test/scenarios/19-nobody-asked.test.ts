import { expect, it } from "vitest";
import { standing, statusOf } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { plan, recall, update } from "../harness/plans.ts";
import { STARTED_AT, startWorld } from "../harness/world.ts";

it("42 plans of reads end at once beside one that waits for a person for two days, and can be read meanwhile", async () => {
  const world = await startWorld();
  const reads = Array.from({ length: 42 }, (_, n) =>
    plan(`read${n}`, [recall(`r${n}`, "invoices", { agent: `b${n}` })]),
  );
  const id = await submit(world, { plans: [plan("asks", [update("s1", "c1", { stage: "customer" })]), ...reads] });
  // Twenty searches run at a time: the others take their turn within seconds.
  await world.rest(10);
  expect(world.time.clock.now().getTime() - Date.parse(STARTED_AT)).toBeLessThan(10_000);
  const { s1, ...others } = await standing(world, id);
  expect(s1).toBe("AWAITING_APPROVAL open -");
  expect(Object.values(others)).toEqual(reads.map(() => "LIVE finished live"));
  for (const record of await world.deps.steps.all(id)) {
    if (record.step_id === "s1") continue;
    expect(record.live_output).not.toBeNull();
    if (record.live_output !== null) expect(await world.deps.bodies.get(record.live_output)).toHaveProperty("entries");
  }
  await world.pass(2 * 86_400);
  expect(await openRequests(world, id)).toHaveLength(1);
  expect(await statusOf(world, id)).toBe("RUNNING");
  await approve(world, id, "s1");
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
});
