import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { memoryTable } from "../../../../functions/adapters/memory/table.ts";
import { work as workOver } from "../../../../functions/adapters/table/work.ts";
import { sharedBell } from "../../../../functions/tools/bell.ts";
import { realTimer } from "../../../../functions/tools/timer.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../../../functions/tools/toolbox.ts";
import { workers } from "../../../../functions/tools/worker/workers.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { FieldChange } from "../../../../shared/execution/approval/preview.ts";
import type { WorkCall, WorkOutcome } from "../../../../shared/execution/record/work.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import { cardIndex, withOthersAtWork } from "../../../counterparts/card-index.ts";
import { inProcessWorker } from "../../../counterparts/in-process-worker.ts";
import { liveCall, type Place, toolAdapterSuite, toolCall } from "../../../ports/tool-adapter.ts";
import type { Cannot, Meeting } from "../../../ports/tool-cases.ts";
import { manualTimer, settled } from "../manual-timer.ts";
import { CARD_TOOLS, defined, moveCard, moveCardBlindly, moveCardByKey, searchCards } from "./card-tools.ts";

const index = cardIndex();
let stopWorker = async (): Promise<void> => {};
afterEach(() => stopWorker());

const toolsWith = (contract: ToolContract, given: ReturnType<typeof workers>) => {
  const world = memoryWorld();
  return {
    mock: mockToolbox().adapterFor(contract),
    dryRun: dryRunToolbox(world, { ways: { worker: given } }).adapterFor(contract),
    live: liveToolbox(world, { ways: { worker: given } }).adapterFor(contract),
  };
};

const differenceOf = (before: { [id: string]: JsonObject }, after: { [id: string]: JsonObject }): FieldChange[] =>
  Object.keys(after).flatMap((id) =>
    before[id]?.stage === after[id]?.stage
      ? []
      : [{ record: `card:${id}`, field: "stage", old: before[id]?.stage ?? "", new: after[id]?.stage ?? "" }],
  );

const withWorker = (contract: ToolContract, forward: boolean) => async (): Promise<Place> => {
  await stopWorker();
  index.clear();
  const bell = sharedBell(realTimer);
  const work = workOver(memoryTable());
  let passed = 0;
  let next: { readonly how: Meeting; readonly rung: string } | undefined;
  const now = () => Date.now() + passed;
  const answer = (call: WorkCall): WorkOutcome | undefined => {
    if (next?.rung !== call.rung) return index.answer(call);
    const { how } = next;
    next = undefined;
    if (how === "refused") return { outcome: "rejected", error: "there is no such card" };
    if (how !== "broken_before") index.answer(call);
    if (how === "failed_after") return { outcome: "indeterminate", error: "the index did not answer" };
    // It is gone, and its time passes.
    passed += 60_000;
    return undefined;
  };
  stopWorker = inProcessWorker(work, bell, { tools: CARD_TOOLS, now, answer }).stop;
  return {
    ...toolsWith(contract, workers(work, bell, now)),
    snapshot: async () => index.snapshot(),
    difference: differenceOf,
    ...withOthersAtWork(index),
    effects: index.changes,
    meets: async (how, rung) => {
      next = { how, rung };
    },
    marks: {},
    looksUp: { forward, compensation: "as_answered" },
    previews: contract.tool_name !== "card_move_blindly",
  };
};

const card = fc.constantFrom("c1", "c2");
const move = fc.record({ card, stage: fc.constantFrom("new", "won", "lost") }, { noNullPrototype: true });

const blind: Cannot = { drift: "its workers make no previews" };
for (const [contract, args, forward, cannot = {}] of [
  [defined(moveCard()), move, true],
  [defined(moveCardByKey()), move, false],
  [
    defined(moveCardBlindly()),
    fc.record({ card, stage: fc.constant("sold") }, { noNullPrototype: true }),
    false,
    blind,
  ],
  [defined(searchCards()), fc.record({ q: fc.constantFrom("", "c", "z") }, { noNullPrototype: true }), true],
] as const) {
  toolAdapterSuite({ contract, arguments: args, makePlace: withWorker(contract, forward), runs: 4, cannot });
}

/** Time that passes when the test says so, and workers that the test plays itself. */
const byHand = () => {
  const time = manualTimer();
  let now = Date.UTC(2026, 0, 31, 12);
  const bell = sharedBell(time.timer);
  const work = workOver(memoryTable());
  const at = (): string => new Date(now).toISOString();
  const take = async (worker = "ada", tools = CARD_TOOLS): Promise<WorkCall | undefined> =>
    (await work.acts.take("cards", tools, worker, at())) ?? work.reads.take("cards", tools, worker, at());
  return {
    work,
    take,
    tools: (contract: ToolContract) =>
      toolsWith(
        contract,
        workers(work, bell, () => now),
      ),
    pass: async (seconds: number): Promise<void> => {
      now += seconds * 1_000;
      await time.pass(seconds * 1_000);
      await settled();
    },
    answer: async (call: WorkCall, said: WorkOutcome, worker = "ada"): Promise<void> => {
      const calls = call.rung.startsWith("preview") ? work.reads : work.acts;
      await calls.answer(call.call_id, { said, worker, at: at(), late: at() > call.deadline });
      bell.ring();
    },
    sees: (worker: string, tools = CARD_TOOLS) => work.seen.note({ group: "cards", worker, tools, asked_at: at() }),
  };
};

const DONE = { outcome: "committed", output: { stage: "won" }, undo: null } as const;
const args = { card: "c1", stage: "won" };
const sending = (contract: ToolContract) => liveCall(toolCall(contract, args), "key_1");

const taken = (call: WorkCall | undefined): WorkCall => {
  if (call === undefined) throw new Error("it was not handed out");
  return call;
};

/** The call that is being made, once a worker can see it. */
const begun = async <Value>(doing: Promise<Value>): Promise<{ readonly doing: Promise<Value> }> => {
  await settled();
  await settled();
  return { doing };
};

describe("a call for a worker", () => {
  beforeEach(index.clear);

  it("a call for a worker says what was lost of its answer, also to who looks it up, and is previewed whole or not at all", async () => {
    const { tools, take, answer } = byHand();
    const contract = defined(moveCard());
    const { live, dryRun } = tools(contract);
    const lost = { left_out: "a field named __proto__" };
    const { doing } = await begun(live.call(sending(contract)));
    await answer(taken(await take()), { ...DONE, ...lost });
    expect(await doing).toMatchObject({ kind: "committed", output: { stage: "won" }, ...lost });
    expect(await live.lookUp(sending(contract), "forward")).toMatchObject({ kind: "happened", ...lost });
    const previewed = await begun(dryRun.preview(toolCall(contract, args)).catch((error: Error) => error.message));
    await answer(taken(await take()), { outcome: "committed", output: { changes: [] }, undo: null, ...lost });
    expect(await previewed.doing).toContain(
      "cannot be shown whole, as it must be to be approved: a field named __proto__",
    );
  });

  it("a call for a worker carries all that a worker needs, and who may begin it until when", async () => {
    const { tools, take, answer } = byHand();
    const contract = defined(moveCard());
    const { doing } = await begun(tools(contract).live.call(sending(contract)));
    const call = await take();
    expect(call).toEqual({
      call_id: "key_1.call.1",
      group: "cards",
      tool_name: "card_move",
      rung: "call",
      side: "forward",
      arguments: args,
      undo: null,
      idempotency_key: "key_1",
      undoes: null,
      execution_id: "exec_1",
      step_id: "s1",
      agent_id: "agent_1",
      traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      offered_at: "2026-01-31T12:00:00.000Z",
      start_by: "2026-01-31T12:00:05.000Z",
      deadline: "2026-01-31T12:00:10.000Z",
    });
    if (call !== undefined) await answer(call, DONE);
    expect(await doing).toEqual({ kind: "committed", output: { stage: "won" }, undo: null, made_by: "ada" });
  });

  it("a call for a worker is given to one of two workers that ask at once, and two calls to both", async () => {
    const { tools, take } = byHand();
    const contract = defined(moveCard());
    const { live } = tools(contract);
    for (const key of ["key_1", "key_2"]) live.call(liveCall(toolCall(contract, args), key)).catch(() => {});
    await begun(Promise.resolve());
    const taken = await Promise.all(["ada", "bob", "cleo"].map((worker) => take(worker)));
    expect(taken.map((call) => call?.idempotency_key).toSorted()).toEqual(["key_1", "key_2", undefined]);
  });

  it("a call for a worker that nobody takes was not sent, also where it cannot be read who asks for calls", async () => {
    const { tools, pass, work } = byHand();
    work.seen.ofGroup = async () => Promise.reject(new Error("the table cannot be read"));
    const contract = defined(moveCard());
    const { doing } = await begun(tools(contract).live.call(sending(contract)));
    await pass(5);
    expect(await doing).toMatchObject({
      kind: "rejected",
      unsent: true,
      error: expect.stringContaining("who asks for calls of group cards cannot be read: the table cannot be read"),
    });
  });

  it("a call for a worker is not given to a worker of another group, or one that does not do the tool", async () => {
    const { tools, take, work } = byHand();
    const contract = defined(moveCard());
    await begun(tools(contract).live.call(sending(contract)));
    expect(await work.acts.take("crm", CARD_TOOLS, "eve", "2026-01-31T12:00:00.000Z")).toBeUndefined();
    expect(await take("ada", ["card_search"])).toBeUndefined();
  });

  it("a call for a worker that nobody takes was not sent, and says who asked last; nobody is given it afterwards", async () => {
    const { tools, take, pass, sees } = byHand();
    const contract = defined(moveCard());
    const never = await begun(tools(contract).live.call(sending(contract)));
    await pass(5);
    expect(await never.doing).toMatchObject({
      kind: "rejected",
      unsent: true,
      error: expect.stringContaining("nothing was sent: no worker took it"),
    });
    expect(await never.doing).toMatchObject({
      error: expect.stringContaining("no worker of group cards has ever asked for card_move"),
    });
    await sees("ada");
    const since = await begun(tools(contract).live.call(liveCall(toolCall(contract, args), "key_2")));
    await pass(5);
    expect(await since.doing).toMatchObject({
      error: expect.stringContaining(
        "no worker of group cards has asked for card_move since 2026-01-31T12:00:05.000Z (ada)",
      ),
    });
    expect(await take()).toBeUndefined();
  });

  it("a call for a worker that its worker never answers is of unknown outcome, and names the worker", async () => {
    const { tools, take, pass } = byHand();
    const contract = defined(moveCard());
    const { doing } = await begun(tools(contract).live.call(sending(contract)));
    await take("ada");
    await pass(10);
    expect(await doing).toEqual({
      kind: "indeterminate",
      error: "ada of group cards took it and gave no answer by 2026-01-31T12:00:10.000Z",
    });
  });

  it("a call for a worker that was taken and put back too late for another was not sent", async () => {
    const { tools, take, pass, work } = byHand();
    const contract = defined(moveCard());
    const { doing } = await begun(tools(contract).live.call(sending(contract)));
    const call = taken(await take("ada"));
    await pass(6);
    await work.acts.putBack(call, "ada");
    expect(await take("bob")).toBeUndefined();
    await pass(1);
    expect(await doing).toMatchObject({ kind: "rejected", unsent: true });
  });

  it("a call for a worker is looked up by the answer that came late, without asking anybody", async () => {
    const { tools, take, pass, answer } = byHand();
    const contract = defined(moveCard());
    const { live } = tools(contract);
    const { doing } = await begun(live.call(sending(contract)));
    const call = await take();
    await pass(10);
    await doing;
    await pass(60);
    if (call !== undefined) await answer(call, DONE);
    expect(await live.lookUp(sending(contract), "forward")).toEqual({
      kind: "happened",
      made_by: "ada",
      output: { stage: "won" },
      undo: null,
    });
  });

  it("a call for a worker that is to be sent again is answered by what came late, and by a new handing out under its key where nothing came", async () => {
    const { tools, take, pass, answer } = byHand();
    const contract = defined(moveCardByKey());
    const { live } = tools(contract);
    const first = await begun(live.call(sending(contract)));
    const lost = await take();
    await pass(10);
    expect((await first.doing).kind).toBe("indeterminate");

    const second = await begun(live.call(sending(contract)));
    const again = await take("bob");
    expect([again?.call_id, again?.idempotency_key]).toEqual(["key_1.call.2", lost?.idempotency_key]);
    await pass(10);
    expect((await second.doing).kind).toBe("indeterminate");

    if (lost !== undefined) await answer(lost, DONE);
    expect(await live.call(sending(contract))).toMatchObject({ kind: "committed" });
    expect(await take()).toBeUndefined();
  });

  /** Two handings out of one key: the first worker is silent until its time is over, the second has taken it. */
  const handedOutTwice = async () => {
    const hand = byHand();
    const contract = defined(moveCardByKey());
    const { live } = hand.tools(contract);
    const first = await begun(live.call(sending(contract)));
    const one = await hand.take("ada");
    await hand.pass(10);
    await first.doing;
    const second = await begun(live.call(sending(contract)));
    const two = await hand.take("bea");
    if (one === undefined || two === undefined) throw new Error("it was not handed out");
    const lookUp = () => live.lookUp(sending(contract), "forward");
    return { ...hand, one, two, doing: second.doing, again: () => live.call(sending(contract)), lookUp };
  };
  const REFUSED: WorkOutcome = { outcome: "rejected", error: "a card of that key is there already" };
  const MADE = { output: { stage: "won" }, undo: null, made_by: "ada" };

  it("a call for a worker that one made is made, whatever another says of the same key after it or before", async () => {
    const after = await handedOutTwice();
    await after.answer(after.one, DONE, "ada");
    await after.answer(after.two, REFUSED, "bea");
    expect(await after.doing).toEqual({ kind: "committed", ...MADE });
    expect(await after.again()).toEqual({ kind: "committed", ...MADE });
    expect(await after.lookUp()).toEqual({ kind: "happened", ...MADE });

    const before = await handedOutTwice();
    await before.answer(before.two, REFUSED, "bea");
    expect(await before.doing).toEqual({ kind: "rejected", error: `bea: ${REFUSED.error}` });
    await before.answer(before.one, DONE, "ada");
    expect(await before.lookUp()).toEqual({ kind: "happened", ...MADE });
  });

  it("a call for a worker that two had was not made where both say so, and is unknown where one of them says nothing", async () => {
    const both = await handedOutTwice();
    await both.answer(both.one, REFUSED, "ada");
    await both.answer(both.two, REFUSED, "bea");
    const refused = { kind: "rejected", error: `bea: ${REFUSED.error}`, of_every_sending: true };
    expect(await both.doing).toEqual(refused);
    expect(await both.again()).toEqual(refused);
    expect(await both.lookUp()).toEqual({ kind: "did_not_happen" });

    const one = await handedOutTwice();
    await one.answer(one.two, REFUSED, "bea");
    await one.doing;
    expect(await one.again()).toEqual({ kind: "rejected", error: `bea: ${REFUSED.error}` });
    expect((await one.lookUp()).kind).toBe("unknown");
    expect(await one.take()).toBeUndefined();

    const unsure = await handedOutTwice();
    await unsure.answer(unsure.one, { outcome: "indeterminate", error: "it may be" }, "ada");
    await unsure.answer(unsure.two, REFUSED, "bea");
    expect(await unsure.doing).not.toHaveProperty("of_every_sending");
  });

  it("a call for a worker whose one worker refused it late was not made, also where it is sent again", async () => {
    const { tools, take, pass, answer } = byHand();
    const contract = defined(moveCardByKey());
    const { live } = tools(contract);
    const { doing } = await begun(live.call(sending(contract)));
    const call = await take();
    await pass(10);
    expect((await doing).kind).toBe("indeterminate");
    if (call !== undefined) await answer(call, REFUSED);
    expect(await live.call(sending(contract))).toMatchObject({ kind: "rejected", of_every_sending: true });
    expect(await take()).toBeUndefined();
  });

  it("a call for a worker that one made is made though the one that has it since says nothing", async () => {
    const { one, doing, answer, pass } = await handedOutTwice();
    await answer(one, DONE, "ada");
    await pass(10);
    expect(await doing).toEqual({ kind: "committed", ...MADE });
  });

  it("a call for a worker is not known as unmade by the refusal of an earlier one, while another has it", async () => {
    const { one, doing, answer, pass, lookUp, again } = await handedOutTwice();
    await answer(one, REFUSED, "ada");
    await pass(10);
    expect((await doing).kind).toBe("indeterminate");
    expect((await lookUp()).kind).toBe("unknown");
    const third = await begun(again());
    await pass(5);
    expect(await third.doing).toMatchObject({ kind: "rejected", unsent: true });
  });

  it("a call whose asker died before any worker took it did not happen, and the look-up takes it back", async () => {
    const { tools, take, pass } = byHand();
    const contract = defined(moveCard());
    const { live } = tools(contract);
    await begun(live.call(sending(contract)));
    expect(await live.lookUp(sending(contract), "forward")).toEqual({ kind: "did_not_happen" });
    expect(await take()).toBeUndefined();
    await pass(10);
  });

  it("a call for a worker is undone with what its worker's outcome said, under a key of its own", async () => {
    const { tools, take, answer } = byHand();
    const contract = defined(moveCard());
    const { live } = tools(contract);
    const { doing } = await begun(live.call(sending(contract)));
    const call = await take();
    if (call !== undefined) await answer(call, { ...DONE, undo: { was: "new" } });
    expect(await doing).toMatchObject({ kind: "committed", undo: { was: "new" } });
    const undoing = await begun(live.compensate(liveCall(toolCall(contract, args), "undo_1"), { was: "new" }));
    const undo = await take();
    expect(undo).toMatchObject({ rung: "undo", side: "compensation", undo: { was: "new" }, idempotency_key: "undo_1" });
    expect(undo?.undoes).toMatch(/^[0-9a-f]{40}$/);
    if (undo !== undefined) await answer(undo, { outcome: "rejected", error: "moved on" });
    expect(await undoing.doing).toEqual({ kind: "rejected", error: "ada: moved on" });
  });
});

describe("the preview of a call for a worker", () => {
  it("the preview of a worker's call says that old values are unknown where workers make none, and asks nobody", async () => {
    const { tools, take } = byHand();
    const contract = defined(moveCardBlindly());
    expect(await tools(contract).dryRun.preview(toolCall(contract, args))).toEqual({
      summary:
        'a worker of group cards does card_move_blindly with {"card":"c1","stage":"won"}; old values are unknown: the tool\'s workers make no previews',
      output: null,
      changes: [],
    });
    expect(await take()).toBeUndefined();
  });

  it("the preview of a worker's call fails where nobody takes it, or what comes is none", async () => {
    const { tools, take, pass, answer } = byHand();
    const contract = defined(moveCard());
    const { dryRun } = tools(contract);
    const nobody = dryRun.preview(toolCall(contract, args)).catch((error: Error) => error.message);
    await begun(nobody);
    await pass(5);
    expect(await nobody).toContain("no worker of group cards has ever asked for card_move");
    const odd = dryRun.preview(toolCall(contract, args)).catch((error: Error) => error.message);
    await begun(odd);
    const call = await take();
    if (call !== undefined) await answer(call, { outcome: "committed", output: { changed: 3 }, undo: null });
    expect(await odd).toContain("the worker's preview is none");
  });
});
