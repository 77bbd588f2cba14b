import { afterEach, describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { openApproval } from "../../functions/api/read/open-approval.ts";
import type { LedgerRow } from "../../shared/execution/record/ledger-row.ts";
import { callIdOf } from "../../shared/execution/record/work.ts";
import { cardWorlds, dies, does, move } from "../harness/card-worker.ts";
import { eventsOf, reported, standing } from "../harness/outcome.ts";
import { approve, approver, decide, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import type { TestWorld } from "../harness/world.ts";

const { start, work, stopWorker } = cardWorlds();
afterEach(stopWorker);

const rowOf = ({ deps }: TestWorld, execution_id: string): Promise<LedgerRow | undefined> =>
  deps.ledger.get({ execution_id, step_id: "s1", side: "forward" });

describe("a call that a worker does", () => {
  it("a worker's call is previewed, made once as it was approved, and undone when a person asks for it", async () => {
    const { world, index } = await start(does);
    const id = await submit(world, move());
    const asked = await requestFor(world, id, "s1");
    expect(asked.summary).toContain('a worker of group cards does card_move with {"card":"c1","stage":"won"}');
    expect(asked.changes).toEqual([{ record: "card:c1", field: "stage", old: "new", new: "won" }]);
    expect(index.effects).toEqual([]);

    await approve(world, id, "s1");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(index.effects).toEqual(["c1: won"]);

    await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong card" }, null);
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
    expect(index.cards.get("c1")?.stage).toBe("new");
  });

  it("a worker's call is on record with the name of the worker that made it, and of the one that undid it", async () => {
    const { world } = await start(does);
    const id = await submit(world, move());
    await approve(world, id, "s1");
    await world.rest();
    await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong card" }, null);
    await world.rest();

    expect(await rowOf(world, id)).toMatchObject({ status: "COMMITTED", made_by: "ada" });
    const said = new Map((await eventsOf(world, id)).map(({ type, body }) => [type, body.reason]));
    expect(said.get("live_succeeded")).toBe("made by ada");
    expect(said.get("compensated")).toBe("olga asked to undo it: wrong card; made by ada");
  });

  it("a worker's call stands in the ledger before any worker can see it", async () => {
    const { world, index } = await start();
    const seen: (string | undefined)[] = [];
    work(world, async (each) => {
      if (each.rung === "call") seen.push((await rowOf(world, each.execution_id))?.status);
      return index.answer(each);
    });
    const id = await submit(world, move());
    await approve(world, id, "s1");
    await world.rest();
    expect(seen).toEqual(["INTENT"]);
  });

  it("a call whose worker died after it acted is looked up by another, and committed with one effect", async () => {
    const { world, index } = await start(dies("call", { acted: true }));
    const id = await submit(world, move());
    await approve(world, id, "s1");
    await world.pass(11);
    expect(await rowOf(world, id)).toMatchObject({
      status: "INDETERMINATE",
      error: expect.stringContaining("card_move gave no answer within 10 s"),
    });
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(index.effects).toEqual(["c1: won"]);
  });

  it("a call whose worker died after it acted is handed out again under its key, and has one effect", async () => {
    const { world, index } = await start(dies("call", { acted: true }));
    const id = await submit(world, move("card_move_by_key"));
    await approve(world, id, "s1");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(index.effects).toEqual(["c1: won"]);
  });

  it("a worker's call of unknown outcome that nobody can look up is a person's question, who is told what came late", async () => {
    const { world, index } = await start(dies("call", { acted: true }));
    const id = await submit(world, move("card_move_blindly"));
    await approve(world, id, "s1");
    await world.rest();
    const asked = await requestFor(world, id, "s1");
    expect(asked.kind).toBe("reconcile");
    const key = asked.sent?.idempotency_key ?? "";
    const [handed] = await world.deps.work.acts.handedOut({ idempotency_key: key, rung: "call" });
    if (handed === undefined) throw new Error("nothing was handed out");
    const at = world.deps.clock.now().toISOString();
    const said = { outcome: "committed", output: null, undo: null } as const;
    await world.deps.work.acts.answer(handed.call.call_id, { said, worker: "ada", at, late: true });
    expect(await openApproval(world.deps)(asked.approval_id, approver("ann"))).toMatchObject({
      value: { worker_note: `worker ada said committed at ${at}, after its time` },
    });
    // Another that was handed the same key cannot tell: that it was made is still what the person is told.
    const again = { ...handed.call, call_id: callIdOf({ idempotency_key: key, rung: "call", number: 2 }) };
    await world.deps.work.acts.offer(again);
    const unsure = { outcome: "indeterminate", error: "is it there already?" } as const;
    await world.deps.work.acts.answer(again.call_id, { said: unsure, worker: "bea", at, late: false });
    expect(await openApproval(world.deps)(asked.approval_id, approver("ann"))).toMatchObject({
      value: { worker_note: `worker ada said committed at ${at}, after its time` },
    });
    await decide(world, id, "s1", "happened");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(index.effects).toEqual(["c1: won"]);
  });

  it("a call that no worker takes ends with nothing sent, and the approver is told before", async () => {
    const { world, index } = await start();
    const id = await submit(world, move("card_move_blindly"));
    const { approval_id } = await requestFor(world, id, "s1");
    expect(await openApproval(world.deps)(approval_id, approver("ann"))).toMatchObject({
      value: { worker_note: "no worker of group cards has ever asked for card_move_blindly" },
    });
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect(await world.deps.steps.get(id, "s1")).toMatchObject({
      reason: expect.stringContaining("nothing was sent: no worker took it"),
      // The same call may be made again: a worker may take it then.
      passing: true,
    });
    work(world, index.answer);
    await world.rest();
    expect(index.effects).toEqual([]);
  });

  it("a call that a worker refuses has failed without effect", async () => {
    const { world } = await start((each, index) =>
      each.rung === "call" ? { outcome: "rejected", error: "card c1 is archived" } : index.answer(each),
    );
    const id = await submit(world, move());
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect((await world.deps.steps.get(id, "s1"))?.reason).toBe("ada: card c1 is archived");
  });

  it("a call whose preview no worker makes fails in the rehearsal, with nothing done", async () => {
    const { world } = await start();
    const id = await submit(world, move());
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect((await world.deps.steps.get(id, "s1"))?.reason).toContain("no worker of group cards has ever asked");
  });

  it("a worker's call that reads is done in the rehearsal and LIVE alike", async () => {
    const { world } = await start(does);
    const id = await submit(world, { plans: [plan("p1", [call("s1", "card_search", { q: "c" })])] });
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/not_required/LIVE" });
  });

  it("a worker's call is forgotten a day after its time", async () => {
    const { world } = await start(does);
    const id = await submit(world, move());
    await approve(world, id, "s1");
    await world.rest();
    const row = await rowOf(world, id);
    const key = { idempotency_key: row?.idempotency_key ?? "", rung: "call" } as const;
    const { acts, reads } = world.deps.work;
    expect(await acts.handedOut(key)).toHaveLength(1);
    await world.pass(86_000);
    const early = world.deps.clock.now().toISOString();
    expect([await acts.forget(early, 10), await reads.forget(early, 10)]).toEqual([0, 0]);
    await world.pass(500);
    const now = world.deps.clock.now().toISOString();
    expect([await acts.forget(now, 10), await reads.forget(now, 10)]).toEqual([1, 2]);
    expect(await acts.handedOut(key)).toEqual([]);
  });
});
