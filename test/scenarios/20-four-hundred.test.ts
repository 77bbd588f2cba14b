import { expect, it } from "vitest";
import { decideMany } from "../../functions/api/act/decide-many.ts";
import { openApproval } from "../../functions/api/read/open-approval.ts";
import { reported, statusOf } from "../harness/outcome.ts";
import { approver, openRequests, submit } from "../harness/people.ts";
import { create, plan, type StepBody, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const PLANS = 40;

/** One HIGH step and nine MEDIUM ones, each on a record of its own. */
const stepsOf = (n: number): StepBody[] => [
  create(`p${n}s0`, `new${n}@example.org`, { agent: `a${n}` }),
  ...Array.from({ length: 9 }, (_, k) =>
    update(`p${n}s${k + 1}`, `c${1 + n * 9 + k}`, { stage: "customer" }, { agent: `a${n}` }),
  ),
];

it("400 steps of 40 plans are listed at once, decided in one act (HIGH ones opened), and run", {
  timeout: 240_000,
}, async () => {
  const world = await startWorld({ contacts: PLANS * 9 });
  const id = await submit(world, {
    plans: Array.from({ length: PLANS }, (_, n) => plan(`p${n}`, stepsOf(n))),
    config: { max_live_escalations: 10 },
  });
  const asked = await openRequests(world, id);
  expect(asked).toHaveLength(400);

  const decisions = asked.map(({ approval_id, digest }) => ({ id: approval_id, decision: "approve" as const, digest }));
  const high = asked.filter(({ risk_level }) => risk_level === "HIGH");
  expect(high).toHaveLength(PLANS);
  const unopened = decisions.filter(({ id }) => high.some(({ approval_id }) => approval_id === id));
  const refused = await decideMany(world.deps)({ decisions: unopened }, "ann");
  expect(refused.results.every(({ ok }) => !ok)).toBe(true);

  for (const { approval_id } of high)
    expect((await openApproval(world.deps)(approval_id, approver("ann"))).ok).toBe(true);
  const decided = await decideMany(world.deps)({ decisions }, "ann");
  expect(decided.results.filter(({ ok }) => ok)).toHaveLength(400);
  await world.rest();
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
  const told = Object.values(await reported(world, id));
  expect(told).toEqual(told.map(() => "success/approved/LIVE"));
  expect(told).toHaveLength(400);
  const contacts = await world.records("ghlContacts");
  expect(contacts.filter(({ stage }) => stage === "customer").length).toBeGreaterThanOrEqual(PLANS * 9);
  expect(contacts.filter(({ email }) => String(email).startsWith("new"))).toHaveLength(PLANS);
});
