import { describe, expect, it } from "vitest";
import { tablePorts } from "../../../../functions/adapters/table/index.ts";
import { extendApproval } from "../../../../functions/api/act/extend-approval.ts";
import { sweep } from "../../../../functions/execution/wait/sweep.ts";
import { tellExtensions } from "../../../../functions/execution/wait/tell-extensions.ts";
import { dyingAt, quietly } from "../../../harness/dying.ts";
import { approve, requestFor, submit } from "../../../harness/people.ts";
import { plan, update } from "../../../harness/plans.ts";
import { startWorld, type TestWorld } from "../../../harness/world.ts";

const asked = async () => {
  const world = await startWorld();
  const id = await submit(world, {
    plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])],
    config: { approval_timeout_seconds: 1_000 },
  });
  const { approval_id } = await requestFor(world, id, "s1");
  const extend = async (seconds: number, by: string) => {
    expect((await extendApproval(world.deps)(approval_id, { seconds }, by)).ok).toBe(true);
  };
  return { world, id, approval_id, extend };
};

const told = ({ bus }: TestWorld) => bus.published.filter(({ type }) => type === "ApprovalExtended");

describe("a request that was given more time", () => {
  it("the next sweep tells each person who was told of a request of more time, once each time, with the end as it stands", async () => {
    const { world, id, approval_id, extend } = await asked();
    await extend(600, "dora");
    await extend(300, "erin");
    expect((await sweep(world.deps)()).extended).toBe(2);
    expect((await sweep(world.deps)()).extended).toBe(0);
    const { expires_at } = await requestFor(world, id, "s1");
    expect(told(world).map(({ detail }) => detail)).toMatchObject([
      { id: `${approval_id}/extended/0`, approval_id, by: "dora", seconds: 600, expires_at },
      { id: `${approval_id}/extended/1`, approval_id, by: "erin", seconds: 300, expires_at },
    ]);
  });

  it("nothing is told of more time for a request that was decided, nor of time that a release before gave", async () => {
    const decided = await asked();
    await decided.extend(600, "dora");
    await approve(decided.world, decided.id, "s1");
    await sweep(decided.world.deps)();
    const before = await asked();
    await before.extend(600, "dora");
    const { extensions_told: _none, ...stored } = await requestFor(before.world, before.id, "s1");
    expect(await tellExtensions(before.world.deps, [stored])).toEqual({ extended: 0, requests: [stored] });
    expect([told(decided.world), told(before.world)]).toEqual([[], []]);
  });

  it.each(["before", "after"] as const)(
    "more time for a request is told under one id however often who tells it dies, %s a step",
    async (when) => {
      let lived = false;
      for (let place = 1; !lived; place += 1) {
        const { world, id, approval_id, extend } = await asked();
        await extend(600, "dora");
        const first = dyingAt(place, when);
        const publish = (events: Parameters<typeof world.bus.publish>[0]) =>
          first.step(() => world.bus.publish(events));
        const dying = { ...world.deps, ...tablePorts(first.over(world.table)), bus: { publish } };
        await quietly(tellExtensions(dying, await world.deps.approvals.ofExecution(id)));
        lived = !first.died();
        await sweep(world.deps)();
        const ids = told(world).map(({ detail }) => detail.id);
        expect(new Set(ids), `killed ${when} step ${place}`).toEqual(new Set([`${approval_id}/extended/0`]));
        expect((await requestFor(world, id, "s1")).extensions_told).toBe(1);
      }
    },
  );
});
