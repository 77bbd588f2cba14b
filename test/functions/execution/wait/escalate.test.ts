import { describe, expect, it } from "vitest";
import { tablePorts } from "../../../../functions/adapters/table/index.ts";
import { joinCall } from "../../../../functions/api/call/join-call.ts";
import { openApproval } from "../../../../functions/api/read/open-approval.ts";
import { escalate } from "../../../../functions/execution/wait/escalate.ts";
import { sweep } from "../../../../functions/execution/wait/sweep.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { askingInOrder } from "../../../harness/asking-in-order.ts";
import { dyingAt, quietly } from "../../../harness/dying.ts";
import { eventsOf, statusOf } from "../../../harness/outcome.ts";
import { approve, approver, decide, must, requestFor, submit } from "../../../harness/people.ts";
import { plan, update } from "../../../harness/plans.ts";
import { startWorld, type TestWorld } from "../../../harness/world.ts";

const swept = async (world: TestWorld) => {
  const result = await sweep(world.deps)();
  await world.settle();
  return result;
};

/** A request of a tool that asks alice, then bob, and has 1,000 seconds. */
const asked = async (order = ["alice", "bob"], changes: JsonObject = {}) => {
  const world = await startWorld({ contracts: [askingInOrder(order, changes)] });
  const id = await submit(world, {
    plans: [plan("p1", [update("s1", "c1", { stage: "customer" })])],
    config: { approval_timeout_seconds: 1_000 },
  });
  return { world, id, request: await requestFor(world, id, "s1") };
};

const escalations = ({ bus }: TestWorld) => bus.published.filter(({ type }) => type === "ApprovalEscalated");
const written = async (world: TestWorld, id: string) =>
  (await eventsOf(world, id)).filter(({ type }) => type === "approval_escalated");
const away = (world: TestWorld, person: string, until_seconds: number, instead: string | null = null) => {
  const now = world.time.clock.now();
  const until = new Date(now.getTime() + until_seconds * 1_000).toISOString();
  const at = now.toISOString();
  return world.deps.absences.put({ person, from: at, until, instead, by: person, at });
};

describe("a request that nobody opened", () => {
  it("a request that nobody opened goes to the next of the list at half time, once: announced, on record, audited", async () => {
    const { world, id, request } = await asked();
    expect(world.bus.published).toContainEqual(
      expect.objectContaining({ type: "ApprovalRequested", detail: expect.objectContaining({ to: ["alice"] }) }),
    );
    await world.pass(499);
    expect((await swept(world)).escalated).toBe(0);
    await world.pass(1);
    expect(await swept(world)).toMatchObject({ escalated: 1, reminded: 1 });
    await world.pass(60);
    expect((await swept(world)).escalated).toBe(0);
    const { approval_id } = request;
    expect(escalations(world)).toEqual([
      {
        type: "ApprovalEscalated",
        detail: expect.objectContaining({
          ...{ id: `${approval_id}/asked/1`, approval_id, from: ["alice"], to: ["bob"], because: "unopened" },
        }),
      },
    ]);
    expect((await requestFor(world, id, "s1")).asked).toMatchObject([{ name: "alice" }, { name: "bob" }]);
    expect(await written(world, id)).toMatchObject([
      { actor: "buddy", body: { approval_id, from: "alice", to: "bob", because: "unopened" } },
    ]);
    await approve(world, id, "s1");
    expect(await statusOf(world, id)).toBe("SUCCEEDED");
    expect(await written(world, id)).toHaveLength(1);
  });

  it("a request stays once a person who may decide opened it; a look without that right keeps nobody from it", async () => {
    const { world, request } = await asked();
    await openApproval(world.deps)(request.approval_id, { name: "dashboard", scopes: ["read"] });
    const other = await asked();
    await openApproval(other.world.deps)(other.request.approval_id, approver("dora"));
    for (const each of [world, other.world]) await each.pass(500);
    expect((await swept(world)).escalated).toBe(1);
    expect((await swept(other.world)).escalated).toBe(0);
  });

  it("a request escalated late, after a sweeper stood still, goes on once more and no further than its list's end", async () => {
    const { world } = await asked(["alice", "bob", "carol"]);
    await world.pass(990);
    expect((await swept(world)).escalated).toBe(1);
    await world.pass(6);
    expect((await swept(world)).escalated).toBe(1);
    await world.pass(3);
    expect((await swept(world)).escalated).toBe(0);
    expect(escalations(world).map(({ detail }) => detail.to)).toEqual([["bob"], ["carol"]]);
  });

  it("a request goes on within a minute where its person is away by then, to a stand-in when the next is away too", async () => {
    const { world } = await asked();
    await world.pass(60);
    await away(world, "bob", 5_000, "dora");
    expect((await swept(world)).escalated).toBe(0);
    await away(world, "alice", 5_000);
    expect((await swept(world)).escalated).toBe(1);
    expect(escalations(world)).toMatchObject([{ detail: { to: ["dora"], because: "away" } }]);
  });

  it("a request of an execution that a lock holds goes nowhere, until it is taken up again", async () => {
    const { world, id } = await asked();
    const execution = await world.deps.executions.get(id);
    if (execution === undefined) throw new Error("gone");
    await world.pass(600);
    const requests = await world.deps.approvals.ofExecution(id);
    await world.deps.executions.update({ ...execution, concluded: "LOCKED" });
    expect(await escalate(world.deps, requests)).toBe(0);
  });
});

describe("a request that four eyes decide", () => {
  const HIGH = { risk_level: "HIGH", reversible: false, compensation: "none" };

  it("a request that four eyes decide is put to the next of its list where its submitter stands first, and at once", async () => {
    const { world, request } = await asked(["sam", "bob"], HIGH);
    expect(request).toMatchObject({
      excluded: expect.arrayContaining(["sam"]),
      asked: [{ name: "bob", barred: ["sam"] }],
    });
    const requested = world.bus.published.filter(({ type }) => type === "ApprovalRequested");
    expect(requested.map(({ detail }) => detail.to)).toEqual([["bob"]]);
  });

  it("a request that four eyes decide is not put to the person who edited it, once it is asked anew", async () => {
    const { world, id } = await asked(["alice", "bob"], HIGH);
    const args = { contact_id: "c1", fields: { stage: "lead" } };
    await decide(world, id, "s1", "edit", { by: "alice", arguments: args });
    expect((await requestFor(world, id, "s1")).asked).toMatchObject([{ name: "bob", barred: ["alice"] }]);
  });

  it("a request that four eyes decide goes to everybody where nobody else is on its list, also from one who joins in asking", async () => {
    const all = await asked(["sam"], HIGH);
    const told = all.world.bus.published.filter(({ type }) => type === "ApprovalRequested");
    expect(told.map(({ detail }) => detail.to)).toEqual([[]]);
    const { world, id, request } = await asked(["alice"], HIGH);
    must(await joinCall(world.deps, id, "alice"));
    expect((await swept(world)).escalated).toBe(1);
    await world.pass(60);
    expect((await swept(world)).escalated).toBe(0);
    const { approval_id } = request;
    expect(escalations(world)).toMatchObject([{ detail: { approval_id, from: ["alice"], to: [], because: "barred" } }]);
    expect(await written(world, id)).toMatchObject([{ body: { from: "alice", to: null, because: "barred" } }]);
  });
});

describe("a sweeper that is killed at any moment of it", () => {
  it.each(["before", "after"] as const)(
    "a sweeper killed %s any of its writes leaves the escalation to the next one: told, on record once",
    async (when) => {
      let place = 0;
      for (let lived = false; !lived; ) {
        place += 1;
        const { world, id } = await asked();
        await world.pass(500);
        const first = dyingAt(place, when);
        const publish = (events: Parameters<typeof world.bus.publish>[0]) =>
          first.step(() => world.bus.publish(events));
        const dying = { ...world.deps, ...tablePorts(first.over(world.table)), bus: { publish } };
        await quietly(escalate(dying, await world.deps.approvals.ofExecution(id)));
        lived = !first.died();
        await world.pass(60);
        await swept(world);
        const told = escalations(world).map(({ detail }) => `${detail.id} ${JSON.stringify(detail.to)}`);
        expect(new Set(told).size, `killed ${when} step ${place}`).toBe(1);
        expect(told[0]).toContain('/asked/1 ["bob"]');
        expect(await written(world, id)).toHaveLength(1);
        expect((await requestFor(world, id, "s1")).asked).toHaveLength(2);
      }
      expect(place).toBeGreaterThan(3);
    },
  );
});
