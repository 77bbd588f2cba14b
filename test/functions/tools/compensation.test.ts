import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dryRunToolbox, liveToolbox } from "../../../functions/tools/toolbox.ts";
import { memoryWorld } from "../../../functions/tools/world/memory-world.ts";
import { COLLECTIONS } from "../../../functions/tools/world/world.ts";
import { filledTemplate, waitsForOutput } from "../../../shared/contracts/compensation-template.ts";
import { inSandbox } from "../../ports/sandbox-world.ts";
import { liveCall, toolAdapterSuite, toolCall } from "../../ports/tool-adapter.ts";
import { ownContract } from "./contracts.ts";

const RELEASE = ownContract({
  tool_name: "release_room",
  input_schema: {
    type: "object",
    properties: { room_id: { type: "string" }, booking: { type: "string" } },
    required: ["room_id"],
    additionalProperties: false,
  },
  reversible: false,
  compensation: "none",
});
const BOOK = ownContract({
  compensation: {
    tool_name: "release_room",
    arguments: { room_id: "{room_id}", booking: { $output: "/call_id" } },
  },
});
const HOLD = ownContract({
  tool_name: "hold_room",
  compensation: { tool_name: "release_room", arguments: { room_id: "{room_id}" } },
});

const args = fc.record({ room_id: fc.string({ minLength: 1 }) }, { noNullPrototype: true });
for (const contract of [BOOK, HOLD]) {
  toolAdapterSuite({
    contract,
    arguments: args,
    makePlace: inSandbox(contract, async () => memoryWorld()),
    undoing: RELEASE,
    cannot: { drift: "its call is a new note in a journal: nothing else is known of what it acts on" },
  });
}

const setUp = (contract = BOOK, undoing = RELEASE) => {
  const world = memoryWorld();
  return {
    world,
    live: liveToolbox(world).adapterFor(contract),
    dryRun: dryRunToolbox(world).adapterFor(contract),
    call: toolCall(contract, { room_id: "r7" }, "s1", undoing),
    released: async () =>
      (await world.list(COLLECTIONS.journal)).filter(({ value }) => value.tool_name === "release_room"),
  };
};

describe("a compensation by another tool", () => {
  it("a compensation by another tool knows the tool and what the arguments tell before the call, and the rest after it", async () => {
    const { live, call } = setUp();
    expect(await live.prepareUndo(call)).toEqual({
      tool_name: "release_room",
      arguments: { room_id: "r7", booking: { $output: "/call_id" } },
    });
    const outcome = await live.call(liveCall(call, "k1"));
    if (outcome.kind !== "committed") throw new Error(outcome.error);
    const { call_id } = outcome.output as { call_id: string };
    expect(outcome.undo).toEqual({ tool_name: "release_room", arguments: { room_id: "r7", booking: call_id } });
    expect(await live.lookUp(liveCall(call, "k1"), "forward")).toMatchObject({ undo: outcome.undo });
  });

  it("a compensation by another tool calls that tool once per key, and then has nothing left to undo", async () => {
    const { live, dryRun, call, released } = setUp();
    const outcome = await live.call(liveCall(call, "k1"));
    if (outcome.kind !== "committed" || outcome.undo === null) throw new Error("not committed");
    expect((await dryRun.previewUndo(call, outcome.undo)).changes).not.toEqual([]);
    for (const _ of [1, 2]) {
      expect((await live.compensate(liveCall(call, "u1"), outcome.undo)).kind).toBe("committed");
    }
    expect((await released()).map(({ value }) => value.times)).toEqual([1]);
    expect((await dryRun.previewUndo(call, outcome.undo)).changes).toEqual([]);
  });

  it("a compensation by another tool is refused while it needs an output that nobody knows", async () => {
    const { live, call, released } = setUp();
    const prepared = await live.prepareUndo(call);
    if (prepared === null) throw new Error("nothing prepared");
    expect(await live.compensate(liveCall(call, "u1"), prepared)).toMatchObject({ kind: "rejected" });
    expect(await released()).toEqual([]);
    expect((await live.lookUp(liveCall(call, "u1"), "compensation")).kind).toBe("unknown");
  });

  it("a compensation by another tool is looked up under its own key where the arguments tell which call it was", async () => {
    const { live, call } = setUp(HOLD);
    const undo = await live.prepareUndo(call);
    if (undo === null) throw new Error("nothing prepared");
    await live.call(liveCall(call, "k1"));
    expect(await live.lookUp(liveCall(call, "u1"), "compensation")).toEqual({ kind: "did_not_happen" });
    await live.compensate(liveCall(call, "u1"), undo);
    expect((await live.lookUp(liveCall(call, "u1"), "compensation")).kind).toBe("happened");
  });

  it("a compensation by another tool is refused when the named tool was not registered, or does not take the arguments", async () => {
    const unknown = setUp(HOLD, HOLD);
    const strict = setUp(
      HOLD,
      ownContract({ tool_name: "release_room", input_schema: { type: "object", required: ["reason"] } }),
    );
    for (const [{ live, call }, why] of [
      [unknown, "was no tool release_room"],
      [strict, 'argument "reason" is required'],
    ] as const) {
      const undo = (await live.prepareUndo(call)) ?? {};
      const outcome = await live.compensate(liveCall(call, "u1"), undo);
      expect(outcome).toMatchObject({ kind: "rejected", error: expect.stringContaining(why) });
    }
  });
});

describe("the arguments of a compensating call", () => {
  it("the arguments of a compensating call take whole places with their type, and places in text as text", () => {
    const template = { id: "{room.id}", nights: "{nights}", note: "undo of {room.id} for {nights}", fixed: [1, null] };
    expect(filledTemplate(template, { room: { id: "r7" }, nights: 2 })).toEqual({
      id: "r7",
      nights: 2,
      note: "undo of r7 for 2",
      fixed: [1, null],
    });
  });

  it("the arguments of a compensating call leave out what the call had no argument for", () => {
    expect(filledTemplate({ a: "{none}", b: ["{none}", "x", ["y"]] }, {})).toEqual({ b: ["x", ["y"]] });
  });

  it("the arguments of a compensating call wait for the output, and keep waiting for what the output lacks", () => {
    const template = { booking: { $output: "/id" }, nested: [{ $output: "/gone" }] };
    expect(waitsForOutput(filledTemplate(template, {}))).toBe(true);
    expect(filledTemplate(template, {}, { id: 5 })).toEqual({ booking: 5, nested: [{ $output: "/gone" }] });
    expect(waitsForOutput(filledTemplate({ booking: { $output: "/id" } }, {}, { id: null }))).toBe(true);
  });

  it("the arguments of a compensating call never take a place from the values that fill it", () => {
    const sly = { a: "{b}", b: "secret" };
    expect(filledTemplate({ x: "{a}", y: "- {a} -" }, sly)).toEqual({ x: "{b}", y: "- {b} -" });
  });
});
