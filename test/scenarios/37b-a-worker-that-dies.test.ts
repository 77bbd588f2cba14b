import { afterEach, describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import { type Answering, cardWorlds, dies, move } from "../harness/card-worker.ts";
import { eventsOf, reported, standing, statusOf, stepOf } from "../harness/outcome.ts";
import { approve, decide, must, openRequests, requestFor, submit } from "../harness/people.ts";
import type { TestWorld } from "../harness/world.ts";

const { start, stopWorker } = cardWorlds();
afterEach(stopWorker);

type Side = "forward" | "compensation";
const ledgerOf = async ({ deps }: TestWorld, execution_id: string, side: Side = "forward") =>
  (await deps.ledger.get({ execution_id, step_id: "s1", side }))?.status;

/** An approved call, and all that comes of it by itself. */
const made = async (tool: string, answer: Answering) => {
  const { world, index } = await start(answer);
  const id = await submit(world, move(tool));
  await approve(world, id, "s1");
  await world.rest();
  return { world, id, index };
};

/** The same of the undoing of a call that was made. */
const undone = async (tool: string, answer: Answering) => {
  const { world, id, index } = await made(tool, answer);
  expect(index.cards.get("c1")?.stage).toBe("won");
  must(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong card" }, null));
  await world.rest();
  return { world, id, index };
};

describe("a worker that dies over a preview", () => {
  it("a rehearsal whose worker dies over the preview ends in words: nobody is asked, and nothing was done", async () => {
    const { world, index } = await start(dies("preview", { acted: false }));
    const id = await submit(world, move());
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect((await stepOf(world, id, "s1")).reason).toBe("card_move gave no answer within 10 s");
    expect([await openRequests(world, id), index.changes()]).toEqual([[], 0]);
  });

  it("an approved call whose worker dies over the last preview ends without effect, and the ledger has no row", async () => {
    const { world, id, index } = await made("card_move", dies("preview", { acted: false, after: 1 }));
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect((await stepOf(world, id, "s1")).reason).toMatch(
      /can no longer be previewed: card_move gave no answer within 10 s$/,
    );
    expect([await ledgerOf(world, id), index.changes()]).toEqual([undefined, 0]);
  });
});

describe("a worker that dies between taking a call and doing it", () => {
  it("a call that its worker took and did not do is told of by another, and ends as failed, with no effect", async () => {
    const { world, id, index } = await made("card_move", dies("call", { acted: false }));
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect([await ledgerOf(world, id), index.changes()]).toEqual(["REJECTED", 0]);
  });

  it("a call that its worker took and did not do is done by another under its key, with one effect", async () => {
    const { world, id, index } = await made("card_move_by_key", dies("call", { acted: false }));
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect([await ledgerOf(world, id), index.changes()]).toEqual(["COMMITTED", 1]);
  });

  it("a call that its worker took and did not do is a person's question where nobody can tell, whose word ends it with no effect", async () => {
    const { world, id, index } = await made("card_move_blindly", dies("call", { acted: false }));
    expect((await requestFor(world, id, "s1")).kind).toBe("reconcile");
    await decide(world, id, "s1", "did_not_happen");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    expect([await ledgerOf(world, id), index.changes()]).toEqual(["REJECTED", 0]);
  });
});

/** Of the call, which no worker answered; then of the look-up that tells what became of it. */
const diesOverBoth = (times: number): Answering => {
  const [overCall, overLookUp] = [dies("call", { acted: true }), dies("look_up", { acted: true, times })];
  return (each, index) => (each.rung === "call" ? overCall(each, index) : overLookUp(each, index));
};

describe("a worker that dies over a look-up", () => {
  it("a look-up over which workers die is made again until one answers it: committed, with one effect", async () => {
    const { world, id, index } = await made("card_move", diesOverBoth(2));
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect([await ledgerOf(world, id), index.changes()]).toEqual(["COMMITTED", 1]);
  });

  it("a look-up over which every worker dies leaves a question to a person, and the call is not made again", async () => {
    const { world, id, index } = await made("card_move", diesOverBoth(3));
    const asked = await requestFor(world, id, "s1");
    expect([asked.kind, await ledgerOf(world, id)]).toEqual(["reconcile", "INDETERMINATE"]);
    await decide(world, id, "s1", "happened");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect(index.changes()).toBe(1);
  });
});

describe("a worker that dies over an undo", () => {
  it.each([
    ["before it was done", false],
    ["after it was done", true],
  ])(
    "an undo whose worker dies %s is found out about by a look-up, and the call is undone once",
    async (_when, acted) => {
      const { world, id, index } = await undone("card_move", dies("undo", { acted }));
      expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
      expect([index.cards.get("c1")?.stage, index.changes()]).toEqual(["new", 2]);
      expect([await ledgerOf(world, id, "compensation"), await statusOf(world, id)]).toEqual([
        "COMMITTED",
        "ROLLED_BACK",
      ]);
    },
  );

  it.each([
    ["before it was done", false],
    ["after it was done", true],
  ])(
    "an undo whose worker dies %s is handed out again under its key, and the call is undone once",
    async (_when, acted) => {
      const { world, id, index } = await undone("card_move_by_key", dies("undo", { acted }));
      expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
      expect([index.cards.get("c1")?.stage, index.changes()]).toEqual(["new", 2]);
    },
  );

  it("an undo that no worker ever tells of becomes a person's question, and is not done again", async () => {
    const [overUndo, overLookUp] = [dies("undo", { acted: true }), dies("look_up", { acted: false, times: 3 })];
    const { world, id, index } = await undone("card_move", (each, index) =>
      each.rung === "undo" ? overUndo(each, index) : overLookUp(each, index),
    );
    expect((await requestFor(world, id, "s1")).kind).toBe("reconcile_undo");
    expect([index.cards.get("c1")?.stage, index.changes()]).toEqual(["new", 2]);
    await decide(world, id, "s1", "happened");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
    expect(index.changes()).toBe(2);
  });

  it("an undo whose worker dies over the look at what is left has undone the call, and the record says what was not seen", async () => {
    const { world, id, index } = await undone("card_move", dies("preview_undo", { acted: false }));
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
    const told = (await eventsOf(world, id)).find(({ type }) => type === "compensated");
    expect(told?.body.reason).toMatch(
      /that nothing is left could not be looked up: card_move gave no answer within 10 s$/,
    );
    expect([index.cards.get("c1")?.stage, index.changes()]).toEqual(["new", 2]);
  });
});
