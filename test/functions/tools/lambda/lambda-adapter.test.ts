import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import type { ActingFunctions } from "../../../../functions/tools/lambda/functions.ts";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../../functions/tools/world/memory-world.ts";
import type { ToolContract } from "../../../../shared/contracts/tool-contract.ts";
import type { FieldChange } from "../../../../shared/execution/approval/preview.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import type { Functions, Invocation } from "../../../../shared/ports/functions.ts";
import { cardFunctions } from "../../../counterparts/card-functions.ts";
import { cardIndex, withOthersAtWork } from "../../../counterparts/card-index.ts";
import { liveCall, type Place, toolAdapterSuite, toolCall } from "../../../ports/tool-adapter.ts";
import type { Cannot, Meeting } from "../../../ports/tool-cases.ts";
import { defined, moveCard, moveCardBlindly, moveCardByKey, searchCards } from "../worker/card-tools.ts";

const NOON = Date.UTC(2026, 0, 31, 12);
const index = cardIndex();
beforeEach(index.clear);

const binding = (changes: JsonObject = {}): JsonObject => ({ kind: "lambda", function: "cards", ...changes });
const READS: JsonObject = { read_function: "cards-read", previews: true };
const move = defined({ ...moveCard(), binding: binding({ ...READS, undo: true, looks_up: true }) });
const moveByKey = defined({ ...moveCardByKey(), binding: binding({ ...READS, undo: true }) });
const moveBlindly = defined({ ...moveCardBlindly(), binding: binding() });
const search = defined({ ...searchCards(), binding: binding({ function: "cards-read" }) });

const toolsWith = (contract: ToolContract, lambda: ActingFunctions) => ({
  mock: mockToolbox().adapterFor(contract),
  dryRun: dryRunToolbox(memoryWorld(), { ways: { lambda } }).adapterFor(contract),
  live: liveToolbox(memoryWorld(), { ways: { lambda } }).adapterFor(contract),
});

const differenceOf = (before: { [id: string]: JsonObject }, after: { [id: string]: JsonObject }): FieldChange[] =>
  Object.keys(after).flatMap((id) =>
    before[id]?.stage === after[id]?.stage
      ? []
      : [{ record: `card:${id}`, field: "stage", old: before[id]?.stage ?? "", new: after[id]?.stage ?? "" }],
  );

const MEETS: { readonly [How in Meeting]: Invocation } = {
  refused: { kind: "answered", payload: JSON.stringify({ outcome: "rejected", error: "there is no such card" }) },
  too_busy: { kind: "not_sent", error: "no room", again_in_seconds: 3 },
  failed_after: { kind: "no_answer", error: "cards failed before it answered (Error)", timed_out: false },
  silent_after: { kind: "no_answer", error: "cards gave no answer in time", timed_out: true },
  broken_before: { kind: "no_answer", error: "the connection broke", timed_out: false },
};
const asked = z.object({ rung: z.string() });

const overCards = (contract: ToolContract, looksUp: boolean) => async (): Promise<Place> => {
  index.clear();
  const { functions } = cardFunctions(index);
  let next: { readonly how: Meeting; readonly rung: string } | undefined;
  const invoke: Functions["invoke"] = async (name, payload, limits) => {
    const { rung } = asked.parse(JSON.parse(payload));
    if (next?.rung !== rung) return functions.invoke(name, payload, limits);
    const { how } = next;
    next = undefined;
    if (how === "failed_after" || how === "silent_after") await functions.invoke(name, payload, limits);
    return MEETS[how];
  };
  return {
    ...toolsWith(contract, { reads: functions, acts: { invoke }, now: () => NOON }),
    snapshot: async () => index.snapshot(),
    difference: differenceOf,
    ...withOthersAtWork(index),
    effects: index.changes,
    meets: async (how, rung) => {
      next = { how, rung };
    },
    marks: {},
    looksUp: { forward: looksUp, compensation: looksUp ? "as_answered" : false },
    previews: contract !== moveBlindly,
  };
};

const card = fc.constantFrom("c1", "c2");
const moving = fc.record({ card, stage: fc.constantFrom("new", "won", "lost") }, { noNullPrototype: true });

const blind: Cannot = { drift: "its functions make no previews" };
for (const [contract, args, looksUp, cannot = {}] of [
  [move, moving, true],
  [moveByKey, moving, false],
  [moveBlindly, fc.record({ card, stage: fc.constant("sold") }, { noNullPrototype: true }), false, blind],
  [search, fc.record({ q: fc.constantFrom("", "c", "z") }, { noNullPrototype: true }), true],
] as const) {
  toolAdapterSuite({ contract, arguments: args, makePlace: overCards(contract, looksUp), runs: 10, cannot });
}

const call = toolCall(move, { card: "c1", stage: "won" });
const sent = liveCall(call, "key_1");

const saying = (answer: JsonObject): Invocation => ({ kind: "answered", payload: JSON.stringify(answer) });

/** The tool, where every invocation comes to the same. */
const whereAll = (invocation: Invocation, contract = move) => {
  const functions = { invoke: async () => invocation };
  return toolsWith(contract, { reads: functions, acts: functions, now: () => NOON });
};

/** The tool, with a note of what each of the two ways was used for. */
const noted = (contract: ToolContract) => {
  const [reading, acting] = [cardFunctions(index), cardFunctions(index)];
  const lambda = { reads: reading.functions, acts: acting.functions, now: () => NOON };
  const of = ({ invoked }: typeof reading) =>
    invoked.map(({ function_name, question }) => `${question.rung} of ${function_name}`);
  return {
    ...toolsWith(contract, lambda),
    acting,
    asked: () => ({ reads: of(reading), acts: of(acting) }),
  };
};

describe("a call for a function of the team", () => {
  it("a call for a team's function carries all that the function needs, and until when its answer counts", async () => {
    const { live, acting } = noted(move);
    await live.call(sent);
    expect(acting.invoked).toEqual([
      {
        function_name: "cards",
        timeout_ms: 10_000,
        question: {
          tool_name: "card_move",
          rung: "call",
          side: "forward",
          arguments: { card: "c1", stage: "won" },
          undo: null,
          idempotency_key: "key_1",
          undoes: null,
          execution_id: "exec_1",
          step_id: "s1",
          agent_id: "agent_1",
          traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
          deadline: "2026-01-31T12:00:10.000Z",
        },
      },
    ]);
  });

  it("a call for a team's function is made and undone by the one that acts, previewed and looked up by the reading one", async () => {
    const { live, dryRun, acting, asked } = noted(move);
    await dryRun.preview(call);
    await live.call(sent);
    await live.lookUp(sent, "forward");
    await dryRun.previewUndo(call, {});
    await live.compensate(liveCall(call, "undo_1"), { was: "new" });
    expect(asked()).toEqual({
      reads: ["preview of cards-read", "look_up of cards-read", "preview_undo of cards-read"],
      acts: ["call of cards", "undo of cards"],
    });
    expect(acting.invoked[1]?.question).toMatchObject({
      undo: { was: "new" },
      undoes: expect.stringMatching(/^[0-9a-f]{40}$/),
    });
  });

  it("a call for a team's function is looked up by the one that made it where none reads, and previewed by nobody", async () => {
    const alone = defined({ ...moveCard(), binding: binding({ undo: true, looks_up: true }) });
    const { live, dryRun, asked } = noted(alone);
    expect(await dryRun.preview(toolCall(alone, call.arguments))).toEqual({
      summary:
        'function cards does card_move with {"card":"c1","stage":"won"}; old values are unknown: the binding names no function that makes previews',
      output: null,
      changes: [],
    });
    await live.lookUp(liveCall(toolCall(alone, call.arguments), "key_1"), "forward");
    expect(asked()).toEqual({ reads: ["look_up of cards"], acts: [] });
  });

  it.each<[string, Invocation, JsonObject]>([
    [
      "was not sent where the function was not started, and says when to come again",
      { kind: "not_sent", error: "cards was not called: no room", again_in_seconds: 3 },
      { kind: "rejected", error: "cards was not called: no room", unsent: true, again_in_seconds: 3 },
    ],
    [
      "is of unknown outcome where no answer came",
      { kind: "no_answer", error: "cards failed before it answered", timed_out: false },
      { kind: "indeterminate", error: "cards failed before it answered" },
    ],
    [
      "is of unknown outcome where Lambda failed, and is looked up no sooner than it said",
      { kind: "no_answer", error: "cards: Lambda answered X", timed_out: false, passing: true, again_in_seconds: 7 },
      { kind: "indeterminate", error: "cards: Lambda answered X", again_in_seconds: 7 },
    ],
    [
      "had no effect where the function says so",
      saying({ outcome: "rejected", error: "there is no such card" }),
      { kind: "rejected", error: "cards: there is no such card" },
    ],
    [
      "is of unknown outcome where the function does not know",
      saying({ outcome: "indeterminate", error: "the index did not answer" }),
      { kind: "indeterminate", error: "cards: the index did not answer", answered: true },
    ],
    ["needs no output", saying({ outcome: "committed" }), { kind: "committed", output: null, undo: null }],
  ])("a call for a team's function %s", async (_, invocation, outcome) => {
    const { live } = whereAll(invocation);
    expect(await live.call(sent)).toEqual(outcome);
    expect(await live.compensate(sent, {})).toEqual(outcome);
  });

  it.each([
    ["no JSON", "done"],
    ["nothing", ""],
    ["null, as of a function that returns nothing", "null"],
    ["an answer for a gateway", '{"statusCode":200,"body":"{}"}'],
    ["an outcome that is none", '{"outcome":"ok"}'],
    ["an outcome with what nobody asked for", '{"outcome":"committed","result":1}'],
    ["a refusal without a reason", '{"outcome":"rejected"}'],
    ["JSON in a text", JSON.stringify('{"outcome":"committed"}')],
    ["the report of an error", '{"errorType":"Error","errorMessage":"no"}'],
    ["a list of outcomes", '[{"outcome":"committed"}]'],
    ["nothing but brackets", "[".repeat(100_000)],
    ["an outcome with two outputs", '{"outcome":"committed","output":1,"output":2}'],
    ["two outcomes", '{"outcome":"rejected","error":"no","outcome":"committed"}'],
  ])("a call for a team's function is of unknown outcome where its answer is %s", async (_, payload) => {
    const { live, dryRun } = whereAll({ kind: "answered", payload });
    const error = expect.stringContaining("cards gave an answer that is none: ");
    expect(await live.call(sent)).toEqual({ kind: "indeterminate", error });
    expect(await live.lookUp(sent, "forward")).toEqual({
      kind: "unknown",
      why: expect.stringContaining("looked up: cards-read gave an answer that is none: "),
    });
    await expect(dryRun.preview(call)).rejects.toThrow("cards-read gave an answer that is none: ");
  });

  const nested = `${"[".repeat(10_000)}${"]".repeat(10_000)}`;
  it.each([
    ["is nested ten thousand levels deep", nested, expect.anything(), "nested deeper than 64 levels"],
    ["has a reserved name", '{"__proto__":{"a":1},"b":2}', { b: 2 }, "a field named __proto__"],
    ["has an id that no number holds", '{"id":9007199254740993}', { id: "9007199254740993" }, undefined],
    ["has a field twice", '{"id":1,"id":2}', { id: 2 }, undefined],
    ["has a number beyond all that there are", '{"a":1e999}', { a: "1e999" }, undefined],
    ["has half a character", '"\\ud800"', "\ufffd", undefined],
  ])(
    "a call that its function says was made stays made, whatever it brought: what %s",
    async (_, output, kept, left_out) => {
      const { live, dryRun } = whereAll({ kind: "answered", payload: `{"outcome":"committed","output":${output}}` });
      const lost = left_out === undefined ? {} : { left_out };
      expect(await live.call(sent)).toEqual({ kind: "committed", output: kept, undo: null, ...lost });
      expect(await live.lookUp(sent, "forward")).toEqual({ kind: "happened", output: kept, undo: null, ...lost });
      await expect(dryRun.preview(call)).rejects.toThrow(
        left_out === undefined
          ? "the function's preview is none"
          : `the function's preview cannot be shown whole, as it must be to be approved: ${left_out}`,
      );
    },
  );

  it("a call that its function says was made keeps undo data whole or not at all", async () => {
    const payload = `{"outcome":"committed","output":1,"undo":{"was":${nested}}}`;
    const { live } = whereAll({ kind: "answered", payload });
    const left_out = "undo data with nested deeper than 64 levels";
    expect(await live.call(sent)).toEqual({ kind: "committed", output: 1, undo: null, left_out });
  });

  it("a call that its function refuses for a reason of any length had no effect, and the reason is cut", async () => {
    const { live } = whereAll(saying({ outcome: "rejected", error: "x".repeat(250_000) }));
    const outcome = await live.call(sent);
    expect(outcome).toMatchObject({ kind: "rejected", error: expect.stringContaining("[cut: 250000 characters]") });
  });

  it("a call for a function of the team that is looked up stays unknown while the function cannot be asked", async () => {
    for (const invocation of [
      { kind: "not_sent", error: "no room", again_in_seconds: 2 },
      { kind: "no_answer", error: "no room", timed_out: false, passing: true, again_in_seconds: 2 },
    ] as const) {
      const { live } = whereAll(invocation);
      expect(await live.lookUp(sent, "forward")).toEqual({
        kind: "unknown",
        why: "looked up: no room",
        again_in_seconds: 2,
      });
    }
  });

  it("a call for a team's function is previewed by no answer, and by none of another form", async () => {
    const late = whereAll({ kind: "no_answer", error: "no answer in time", timed_out: true });
    await expect(late.dryRun.preview(call)).rejects.toMatchObject({ message: "no answer in time", timed_out: true });
    const odd = whereAll(saying({ outcome: "committed", output: { changed: 3 } }));
    await expect(odd.dryRun.preview(call)).rejects.toThrow("the function's preview is none");
    const refused = whereAll(saying({ outcome: "rejected", error: "there is no such card" }));
    await expect(refused.dryRun.preview(call)).rejects.toThrow("cards-read: there is no such card");
  });

  it.each<Invocation>([
    { kind: "not_sent", error: "no room", passing: true },
    { kind: "no_answer", error: "the connection broke", timed_out: false, passing: true },
  ])(
    "a call that cannot be previewed just now may be in a moment, and is not made again for that ($kind)",
    async (invocation) => {
      const { live, dryRun } = whereAll(invocation);
      await expect(dryRun.preview(call)).rejects.toMatchObject({ passing: true, timed_out: false });
      expect(Object.keys(await live.call(sent))).not.toContain("passing");
    },
  );

  it("a call that is previewed by a function of which Lambda says when to come again is previewed then", async () => {
    const failed = { kind: "no_answer", error: "Lambda failed", timed_out: false, passing: true } as const;
    const { dryRun } = whereAll({ ...failed, again_in_seconds: 7 });
    await expect(dryRun.preview(call)).rejects.toMatchObject({ passing: true, again_in_seconds: 7 });
  });

  it("a call for a team's function is not sent where tools have no way to functions", async () => {
    const live = liveToolbox(memoryWorld()).adapterFor(move);
    expect(await live.call(sent)).toEqual({
      kind: "rejected",
      unsent: true,
      error: "cards was not called: functions of AWS are called by a deployment only",
    });
  });
});
