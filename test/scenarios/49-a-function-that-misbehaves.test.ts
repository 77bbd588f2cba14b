import { describe, expect, it } from "vitest";
import { rollBackExecution } from "../../functions/api/act/roll-back-execution.ts";
import type { JsonObject } from "../../shared/plan/json.ts";
import type { Invocation } from "../../shared/ports/functions.ts";
import { cardFunctions } from "../counterparts/card-functions.ts";
import { cardIndex } from "../counterparts/card-index.ts";
import { moveCard, moveCardBlindly, moveCardByKey, searchCards } from "../functions/tools/worker/card-tools.ts";
import { reported, standing, stepOf } from "../harness/outcome.ts";
import { approve, decide, must, requestFor, submit } from "../harness/people.ts";
import { call, plan } from "../harness/plans.ts";
import { startWorld } from "../harness/world.ts";

const of = (changes: JsonObject = {}): JsonObject => ({ kind: "lambda", function: "cards", ...changes });
const READS = { read_function: "cards-read", previews: true };
const CONTRACTS = [
  { ...moveCard(), binding: of({ ...READS, undo: true, looks_up: true }) },
  { ...moveCardByKey(), binding: of({ ...READS, undo: true }) },
  { ...moveCardBlindly(), binding: of() },
  { ...searchCards(), binding: of() },
];

type Meets = (asked: { readonly rung: string; readonly answer: () => Promise<Invocation> }) => Promise<Invocation>;

/** Each invocation meets what stands first for its rung, and is answered as it should be once nothing is left. */
const start = async (rung: string, ...meets: readonly Meets[]) => {
  const index = cardIndex();
  index.clear();
  const { functions } = cardFunctions(index);
  const left = [...meets];
  let asked = 0;
  const world = await startWorld({
    contracts: CONTRACTS,
    functions: {
      invoke: async (name, payload, limits) => {
        const question: { readonly rung: string } = JSON.parse(payload);
        const answer = () => functions.invoke(name, payload, limits);
        if (question.rung !== rung) return answer();
        asked += 1;
        return left.shift()?.({ rung, answer }) ?? answer();
      },
    },
  });
  return { world, index, asked: () => asked };
};

/** Acts, and then this is all that comes of it. */
const acts =
  (came: Invocation): Meets =>
  async ({ answer }) => {
    await answer();
    return came;
  };
const instead =
  (came: Invocation): Meets =>
  async () =>
    came;

const move = (tool = "card_move") => ({ plans: [plan("p1", [call("s1", tool, { card: "c1", stage: "won" })])] });

const ODD: readonly [string, Invocation][] = [
  ["throws", { kind: "no_answer", error: "cards failed before it answered (Error)", timed_out: false }],
  ["runs out of its time", { kind: "no_answer", error: "cards gave no answer in time", timed_out: true }],
  ["answers nothing", { kind: "answered", payload: "" }],
  ["was only taken to be made later", { kind: "answered", payload: "null" }],
  ["answers a gateway", { kind: "answered", payload: '{"statusCode":200}' }],
  ["says two things", { kind: "answered", payload: '{"outcome":"rejected","error":"no","outcome":"committed"}' }],
];

describe("a function of the team that acts", () => {
  it.each(ODD)("a function that acts and then %s is looked up, and the call has one effect", async (_, came) => {
    const { world, index, asked } = await start("call", acts(came));
    const id = await submit(world, move());
    await approve(world, id, "s1");
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect([asked(), index.effects]).toEqual([1, ["c1: won"]]);
  });

  it.each(ODD)(
    "a function that acts and then %s is asked again under its key where its contract says so: one effect",
    async (_, came) => {
      const { world, index, asked } = await start("call", acts(came));
      const id = await submit(world, move("card_move_by_key"));
      await approve(world, id, "s1");
      await world.rest();
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
      expect([asked(), index.effects]).toEqual([2, ["c1: won"]]);
    },
  );

  it.each(ODD)(
    "a function that acts and then %s leaves a question to a person where nobody can look",
    async (_, came) => {
      const { world, index, asked } = await start("call", acts(came));
      const id = await submit(world, move("card_move_blindly"));
      await approve(world, id, "s1");
      await world.rest();
      expect((await requestFor(world, id, "s1")).kind).toBe("reconcile");
      await decide(world, id, "s1", "happened");
      expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
      expect([asked(), index.effects]).toEqual([1, ["c1: won"]]);
    },
  );
});

describe("a function of the team that refuses a key which it was asked under before", () => {
  const silent: Invocation = { kind: "no_answer", error: "cards gave no answer in time", timed_out: true };
  const refused = instead({ kind: "answered", payload: '{"outcome":"rejected","error":"that card is moved already"}' });

  it("a refusal of a second asking leaves a person's question with its words, and no failure of the call that was made", async () => {
    const { world, index, asked } = await start("call", acts(silent), refused, refused);
    const id = await submit(world, move("card_move_by_key"));
    await approve(world, id, "s1");
    await world.rest();
    const { kind, summary } = await requestFor(world, id, "s1");
    expect(kind).toBe("reconcile");
    expect(summary).toContain("sent again under its key, which was refused: cards: that card is moved already");
    expect([asked(), index.effects]).toEqual([3, ["c1: won"]]);
    await decide(world, id, "s1", "happened");
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
  });

  it("a refusal of a second asking to undo leaves a person's question, and no failed undo", async () => {
    const { world, index, asked } = await start("undo", acts(silent), refused, refused);
    const id = await submit(world, move("card_move_by_key"));
    await approve(world, id, "s1");
    await world.rest();
    must(await rollBackExecution(world.deps)(id, { by: "olga", reason: "wrong card" }, null));
    await world.rest();
    expect(await requestFor(world, id, "s1")).toMatchObject({ kind: "reconcile_undo" });
    expect(await standing(world, id)).toEqual({ s1: "AWAITING_APPROVAL reconcile_undo -" });
    expect(asked()).toBe(3);
    expect(index.snapshot().c1?.stage).toBe("new");
    await decide(world, id, "s1", "happened");
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished compensated" });
  });
});

describe("a function of the team that Lambda does not start", () => {
  const no_room = instead({ kind: "not_sent", error: "no room", again_in_seconds: 0, passing: true });

  it("a call of a function for which there was no room is made as soon as there is, under the same approval", async () => {
    const { world, index, asked } = await start("call", no_room, no_room, no_room);
    const id = await submit(world, move());
    await approve(world, id, "s1");
    await world.settle();
    expect([asked(), index.effects]).toEqual([1, []]);
    await world.rest();
    expect(await reported(world, id)).toEqual({ s1: "success/approved/LIVE" });
    expect([asked(), index.effects, (await stepOf(world, id, "s1")).approvals_asked]).toEqual([4, ["c1: won"], 1]);
  });

  it("a rehearsal of a function for which there was no room is made again", async () => {
    const { world, asked } = await start("preview", no_room, no_room);
    const id = await submit(world, move());
    await world.pass(3);
    expect([asked(), (await requestFor(world, id, "s1")).kind]).toEqual([3, "approve"]);
  });

  it("a call of a function that is gone fails in words, with nothing done", async () => {
    const { world, index } = await start("call", instead({ kind: "not_sent", error: "there is no such function" }));
    const id = await submit(world, move());
    await approve(world, id, "s1");
    await world.rest();
    expect(await standing(world, id)).toEqual({ s1: "ABORTED finished failed" });
    const { rungs } = await stepOf(world, id, "s1");
    expect(rungs.at(-1)?.error).toContain("there is no such function");
    expect(index.effects).toEqual([]);
  });
});
