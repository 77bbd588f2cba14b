import { expect, it } from "vitest";
import { eventsOf, logOf, pathOf, reported, standing, statusOf } from "../harness/outcome.ts";
import { approve, submit } from "../harness/people.ts";
import { plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const customer = { stage: "customer" };

/** A call for a contact takes so long. */
const slow = (world: TestWorld, rung: "preview" | "call", contact_id: string, seconds: number) =>
  world.fail({
    tool_name: "ghl_update_contact",
    rung,
    kind: "slow",
    delay_ms: seconds * 1_000,
    arguments: { contact_id },
  });

it("a plan's time is up while its first call runs: that is seen through, the next is not sent, and the log says why", async () => {
  const world = await startWorld();
  await slow(world, "preview", "c1", 12);
  await slow(world, "call", "c1", 19);
  // Both seem to be in time by what the contract says of a call: twice 20 s.
  const steps = [update("s1", "c1", customer), update("s2", "c2", customer, { after: ["s1"] })];
  const id = await submit(world, { plans: [plan("p1", steps, { deadline_seconds: 41 })] });
  await world.pass(30);
  await approve(world, id, "s2");
  await approve(world, id, "s1");
  await world.pass(60);
  expect(await statusOf(world, id)).toBe("INCOMPLETE");
  expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE", s2: "partial/not_required/DRY_RUN" });
  expect((await logOf(world, id)).s2?.error_message).toContain("deadline of 41 s");
  expect(await world.contact("c2")).not.toMatchObject(customer);
});

it("time in which a person is waited for does not count, however long", async () => {
  const world = await startWorld();
  const id = await submit(world, { plans: [plan("p1", [update("s1", "c1", customer)], { deadline_seconds: 30 })] });
  await world.pass(86_400);
  await approve(world, id, "s1");
  await world.rest();
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
  expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
});

it("a step that waits for what is not free ends the moment its plan's time is up, and its neighbour's does not", async () => {
  const world = await startWorld();
  const holder = { execution_id: "another", step_id: "s", until: "2099-01-01T00:00:00.000Z" };
  for (const contact of ["c1", "c2"]) {
    await world.deps.leases.acquire(`ghl:contact:${contact}`, holder, world.deps.clock.now().toISOString());
  }
  const submitted = world.deps.clock.now().getTime();
  const id = await submit(world, {
    plans: [
      plan("p1", [update("s1", "c1", customer)], { deadline_seconds: 61 }),
      plan("p2", [update("s2", "c2", customer, { agent: "a2" })]),
    ],
  });
  await approve(world, id, "s1");
  await approve(world, id, "s2");
  await world.pass(60);
  expect(await standing(world, id)).toEqual({ s1: "LIVE open -", s2: "LIVE open -" });
  await world.pass(1);
  expect(await standing(world, id)).toEqual({ s1: "DRY_RUN finished ceiling", s2: "LIVE open -" });
  const ended = (await eventsOf(world, id)).find(({ type }) => type === "ceiling_fell");
  expect(Date.parse(ended?.at ?? "") - submitted).toBe(61_000);
  expect(ended?.body.reason).toContain("deadline of 61 s");
  const now = world.deps.clock.now().toISOString();
  await world.deps.leases.release({ key: "ghl:contact:c2", epoch: 1, ...holder }, now);
  await world.rest();
  expect((await pathOf(world, id, "s2")).at(-1)).toBe("live_succeeded");
  expect(await world.contact("c1")).not.toMatchObject(customer);
});
