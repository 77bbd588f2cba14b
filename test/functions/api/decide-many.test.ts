import { describe, expect, it } from "vitest";
import { decideMany } from "../../../functions/api/act/decide-many.ts";
import { sweep } from "../../../functions/execution/wait/sweep.ts";
import { statusOf } from "../../harness/outcome.ts";
import { openRequests, submit } from "../../harness/people.ts";
import { plan, update } from "../../harness/plans.ts";
import { startWorld, type TestWorld } from "../../harness/world.ts";

/** A dozen executions that each ask one thing. */
const asking = async () => {
  const world = await startWorld();
  const ids: string[] = [];
  for (let n = 1; n <= 12; n += 1) {
    ids.push(await submit(world, { plans: [plan("p1", [update("s1", `c${n}`, { stage: "customer" })])] }));
  }
  const requests = (await Promise.all(ids.map((id) => openRequests(world, id)))).flat();
  const decisions = requests.map(({ approval_id, digest }) => ({
    id: approval_id,
    digest,
    decision: "approve" as const,
  }));
  return { world, ids, decisions };
};

/** The world as an act sees it when everything takes long: a second passes each time it looks at the clock. */
const slowly = ({ deps }: TestWorld) => {
  let at = deps.clock.now().getTime();
  const now = (): Date => {
    at += 1_000;
    return new Date(at);
  };
  return { ...deps, clock: { now } };
};

describe("many decisions in one act", () => {
  it("many decisions are made while there is time, and what was not reached says so and is open to be sent again", async () => {
    const { world, ids, decisions } = await asking();
    const first = await decideMany(slowly(world))({ decisions }, "ann");
    expect(first.results.map(({ id }) => id)).toEqual(decisions.map(({ id }) => id));
    const left = first.results.flatMap((result) => (result.ok ? [] : [result]));
    expect(left.length).toBeGreaterThan(0);
    expect(left.length).toBeLessThan(decisions.length);
    for (const { problem } of left) {
      expect(problem).toMatchObject({
        type: "urn:buddy:problem:not-reached",
        detail: expect.stringContaining("send it again"),
      });
    }
    const open = (await Promise.all(ids.map((id) => openRequests(world, id))))
      .flat()
      .map(({ approval_id }) => approval_id);
    expect(open.toSorted()).toEqual(left.map(({ id }) => id).toSorted());

    const again = decisions.filter(({ id }) => open.includes(id));
    expect((await decideMany(world.deps)({ decisions: again }, "ann")).results.every(({ ok }) => ok)).toBe(true);
    await sweep(world.deps)();
    await world.rest();
    for (const id of ids) expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it("many decisions tell their executions several at a time", async () => {
    const { world, ids, decisions } = await asking();
    const waking = { now: 0, most: 0 };
    const wake: typeof world.deps.waker.wake = async (asked) => {
      waking.now += 1;
      waking.most = Math.max(waking.most, waking.now);
      await new Promise((resolve) => setImmediate(resolve));
      waking.now -= 1;
      return world.deps.waker.wake(asked);
    };
    await decideMany({ ...world.deps, waker: { wake } })({ decisions }, "ann");
    expect(waking.most).toBe(8);
    await world.rest();
    for (const id of ids) expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });

  it("many decisions leave to the sweeper whom there is no time to tell", async () => {
    const { world, ids, decisions } = await asking();
    let made = 0;
    const update: typeof world.deps.approvals.update = async (request) => {
      made += 1;
      return world.deps.approvals.update(request);
    };
    const begun = world.deps.clock.now().getTime();
    const clock = { now: () => new Date(begun + (made < decisions.length ? 0 : 25_000)) };
    let told = 0;
    const wake: typeof world.deps.waker.wake = async () => {
      told += 1;
      return new Set();
    };
    const deps = { ...world.deps, clock, waker: { wake }, approvals: { ...world.deps.approvals, update } };
    const { results } = await decideMany(deps)({ decisions }, "ann");
    expect(results.every(({ ok }) => ok)).toBe(true);
    expect(told).toBe(0);
    await sweep(world.deps)();
    await world.rest();
    for (const id of ids) expect(await statusOf(world, id)).toBe("SUCCEEDED");
  });
});
