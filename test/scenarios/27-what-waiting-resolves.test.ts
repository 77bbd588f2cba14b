import { expect, it } from "vitest";
import { reported } from "../harness/outcome.ts";
import { approveAll, approveQuietly, submit } from "../harness/people.ts";
import { mail, plan, update } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const six = [1, 2, 3, 4, 5, 6];
const config = { max_live_escalations: 10 };

it("six records that another execution is writing are waited for: the plan that came later runs after it", async () => {
  const world = await startWorld();
  const slow = { tool_name: "ghl_update_contact", rung: "call", kind: "slow", delay_ms: 6_000, times: 6 } as const;
  await world.fail(slow);
  const writing = (stage: string) => six.map((n) => update(`s${n}`, `c${n}`, { stage }));
  const first = await submit(world, { plans: [plan("p1", writing("customer"))], config });
  for (const n of six) await approveQuietly(world, first, `s${n}`);
  await world.deps.waker.wake([first]);
  await world.settle();
  // The tool makes five calls at a time.
  expect(await world.deps.inFlightCalls.all()).toHaveLength(5);
  const strict = { ...config, max_conflicts_before_abort: 4 };
  const second = await submit(world, { plans: [plan("p2", writing("lost"))], config: strict });
  await world.rest();
  await approveAll(world, second);
  expect(Object.values(await reported(world, second))).toEqual(Array(6).fill("success/approved/LIVE"));
  expect(await world.contact("c6")).toMatchObject({ stage: "lost" });
});

it("six mails that another plan is being asked about are waited for: they go out once", async () => {
  const world = await startWorld();
  const mails = (prefix: string, agent: string) => six.map((n) => mail(`${prefix}${n}`, `Offer ${n}`, { agent }));
  const plans = [plan("p1", mails("m", "a1")), plan("p2", mails("n", "a2"))];
  const id = await submit(world, { plans, config });
  await approveAll(world, id);
  expect(await world.records("outbox")).toHaveLength(6);
});
