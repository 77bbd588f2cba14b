import { describe, expect, it } from "vitest";
import { ODD } from "../harness/odd-tools.ts";
import { conflictsOf, standing, statusOf } from "../harness/outcome.ts";
import { approve, openRequests, submit } from "../harness/people.ts";
import { call, mail, plan, update } from "../harness/plans.ts";
import { startWorld, type TestWorld } from "../harness/world.ts";

const HOUR = 3_600;
const MINUTE = 60;

/** Every clock is set on or back by so many seconds; what waits by a timer goes on waiting. */
const setClock = ({ deps }: TestWorld, seconds: number): void => {
  const { now } = deps.clock;
  deps.clock.now = () => new Date(now().getTime() + seconds * 1_000);
};

const OFFER = { plans: [plan("p1", [mail("m1", "Offer")])] };

it("a clock that goes back an hour between a decision and LIVE holds nothing up: the call is made once", async () => {
  const world = await startWorld();
  const id = await submit(world, OFFER);
  setClock(world, -HOUR);
  await approve(world, id, "m1");
  await world.rest();
  expect(await standing(world, id)).toEqual({ m1: "LIVE finished live" });
  expect(await world.records("outbox")).toHaveLength(1);
  expect(await statusOf(world, id)).toBe("SUCCEEDED");
});

describe("the same call asked for again after the clock was set", () => {
  it.each([-26 * HOUR, -5 * HOUR, -5 * MINUTE, 5 * HOUR, 23 * HOUR])(
    "a call asked for again after the clock was set counts as made where it is within its window by that clock (%i s)",
    async (seconds) => {
      const world = await startWorld();
      const first = await submit(world, OFFER);
      await approve(world, first, "m1");
      await world.rest();
      setClock(world, seconds);
      const second = await submit(world, OFFER);
      await world.rest();
      expect(await standing(world, second)).toEqual({ m1: "ABORTED finished conflict" });
      expect(await conflictsOf(world, second)).toMatchObject([{ conflict_type: "DUPLICATE_ACTION" }]);
      expect(await world.records("outbox")).toHaveLength(1);
    },
  );

  it("a call asked for again after the clock was set is asked about where that says that its window is over", async () => {
    const world = await startWorld();
    const first = await submit(world, OFFER);
    await approve(world, first, "m1");
    await world.rest();
    setClock(world, 25 * HOUR);
    const second = await submit(world, OFFER);
    expect(await openRequests(world, second)).toHaveLength(1);
  });
});

describe("the calls of a service that takes one an hour", () => {
  const hourly = {
    contracts: [{ ...ODD, rate_limit: { service: "odd", limit: 1, window_seconds: HOUR } }],
  };
  const two = { plans: [plan("p1", [call("s1", "odd_write", { n: 1 }), call("s2", "odd_write", { n: 2 })])] };

  it.each([-30 * 24 * HOUR, -3 * HOUR, -40 * MINUTE, 40 * MINUTE, 3 * HOUR])(
    "calls of a service that takes one an hour are all made within twice its window where the clock is set (%i s)",
    async (seconds) => {
      const world = await startWorld(hourly);
      const id = await submit(world, two);
      await world.settle();
      expect((await world.deps.ledger.ofExecution(id)).length).toBe(1);
      setClock(world, seconds);
      for (let waited = 0; waited < 2 * HOUR + 60; waited += 30) await world.pass(30);
      expect(await standing(world, id)).toEqual({ s1: "LIVE finished live", s2: "LIVE finished live" });
    },
  );
});

describe("a pause that a service asked for", () => {
  it.each([-24 * HOUR, -30 * MINUTE, 30 * MINUTE])(
    "a pause that a service asked for holds its tools for an hour at most where the clock is set meanwhile (%i s)",
    async (seconds) => {
      const world = await startWorld({ contracts: [ODD] });
      const now = world.deps.clock.now();
      const until = new Date(now.getTime() + MINUTE * 1_000).toISOString();
      await world.deps.tokenBuckets.pause({ service: "odd_write", until, reason: "busy" }, now.toISOString());
      setClock(world, seconds);
      const id = await submit(world, { plans: [plan("p1", [call("s1", "odd_write", { n: 1 })])] });
      for (let waited = 0; waited <= HOUR; waited += 30) await world.pass(30);
      expect(await standing(world, id)).toEqual({ s1: "LIVE finished live" });
    },
  );
});

describe("a call that is under way while the clock is set", () => {
  it.each([-24 * HOUR, -30 * MINUTE, 30 * MINUTE, 24 * HOUR])(
    "a call under way while the clock is set is one with its outcome, and the next writer runs after it (%i s)",
    async (seconds) => {
      const world = await startWorld();
      await world.fail({ tool_name: "ghl_update_contact", rung: "call", kind: "slow", delay_ms: 8_000, times: 1 });
      const id = await submit(world, {
        plans: [
          plan("p1", [update("s1", "c1", { stage: "customer" })]),
          plan("p2", [update("s2", "c1", { stage: "lead" }, { agent: "a2" })]),
        ],
      });
      await approve(world, id, "s1");
      setClock(world, seconds);
      await world.pass(9);
      expect((await world.contact("c1"))?.stage).toBe("customer");
      await world.rest(HOUR);
      for (const { step_id } of await openRequests(world, id)) await approve(world, id, step_id);
      await world.rest(HOUR);
      expect(await standing(world, id)).toEqual({ s1: "LIVE finished live", s2: "LIVE finished live" });
      expect(await world.deps.ledger.ofExecution(id)).toHaveLength(2);
    },
  );
});
