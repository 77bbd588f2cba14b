import { expect, it } from "vitest";
import { lockSystem } from "../../functions/api/act/lock-system.ts";
import { standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { EVERYTHING, plan, recall, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const scope = { kind: "agent", agent_id: "a1" } as const;

it("a lock on one agent holds its steps and nobody else's", async () => {
  const world = await startWorld();
  const id = await submit(world, {
    plans: [
      plan("p1", [update("s1", "c1", { stage: "customer" })]),
      plan("p2", [update("s2", "c2", { stage: "customer" }, { agent: "a2" })]),
    ],
  });
  await lockSystem(world.deps)({ scope, mode: "stop_forward", reason: "it misbehaves" }, "olga");
  await world.settle();
  expect(await standing(world, id)).toEqual({ s1: "LOCKED open lock", s2: "AWAITING_APPROVAL open -" });
  await approve(world, id, "s2");
  expect(await standing(world, id)).toEqual({ s1: "LOCKED open lock", s2: "LIVE finished live" });
  expect(await statusOf(world, id)).toBe("LOCKED");
  expect((await stepOf(world, id, "s1")).reason).toContain("it misbehaves");
});

it("no step of a locked agent is reassigned to slip past the lock", async () => {
  const world = await startWorld();
  await lockSystem(world.deps)({ scope, mode: "stop_forward", reason: "it misbehaves" }, "olga");
  const id = await submit(world, {
    plans: [
      plan("p1", [update("s1", "c1", { stage: "customer" }), recall("r1", "invoices", { agent: "a2" })], {
        permissions: { a1: ["ghl_access"], a2: EVERYTHING },
      }),
      plan("p2", [update("s2", "c2", { stage: "customer" }, { agent: "a3" })], {
        permissions: { a3: ["ghl_access"], a1: EVERYTHING },
      }),
    ],
  });
  expect(await openRequests(world, id)).toEqual([]);
  const stands = await standing(world, id);
  // Nobody else takes over what a1 proposed, and a1 does nothing for others.
  expect(stands.s1).toBe("ABORTED finished conflict");
  expect(stands.s2).toBe("ABORTED finished conflict");
  expect(await world.deps.ledger.ofExecution(id)).toEqual([]);
});
