import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dryRunToolbox, liveToolbox, mockToolbox } from "../../functions/tools/toolbox.ts";
import { sameValue } from "../../functions/tools/world/stored-record.ts";
import type { World } from "../../functions/tools/world/world.ts";
import { checkArguments } from "../../shared/contracts/input-schema.ts";
import { type ToolContract, writes } from "../../shared/contracts/tool-contract.ts";
import { preview as previewSchema } from "../../shared/execution/preview.ts";
import { type JsonObject, json } from "../../shared/plan/json.ts";
import { type LiveToolCall, type ToolCall, ToolFailure } from "../../shared/ports/tools.ts";
import { differenceBetween, snapshotOf } from "./sandbox-world.ts";

export type ToolUnderTest = {
  readonly contract: ToolContract;
  /** Arguments that the contract allows and the world can serve. */
  readonly arguments: fc.Arbitrary<JsonObject>;
  readonly makeWorld: () => Promise<World>;
  /** Of the tool that its compensation names. */
  readonly undoing?: ToolContract;
};

export const toolCall = (
  contract: ToolContract,
  args: JsonObject,
  step_id = "s1",
  undoing: ToolContract = contract,
): ToolCall => ({
  contract,
  undoing,
  arguments: args,
  execution_id: "exec_1",
  step_id,
  agent_id: "agent_1",
});

export const liveCall = (call: ToolCall, idempotency_key: string, signal?: AbortSignal): LiveToolCall => ({
  ...call,
  idempotency_key,
  signal: signal ?? new AbortController().signal,
});

/** What every adapter promises, on every rung. */
export const toolAdapterSuite = (tool: ToolUnderTest): void => {
  const { contract } = tool;
  const setUp = async () => {
    const world = await tool.makeWorld();
    return {
      world,
      mock: mockToolbox().adapterFor(contract),
      dryRun: dryRunToolbox(world).adapterFor(contract),
      live: liveToolbox(world).adapterFor(contract),
    };
  };
  const forAnyCall = (law: (call: ToolCall) => Promise<void>): Promise<void> =>
    fc.assert(
      fc.asyncProperty(tool.arguments, (args) => law(toolCall(contract, args, "s1", tool.undoing))),
      { numRuns: 25 },
    );
  const undoable = writes(contract) && contract.compensation !== "none";
  const undoneByItself = undoable && contract.compensation === "adapter";

  describe(`${contract.tool_name} on every rung`, () => {
    it("is tried with arguments that its contract allows", () =>
      forAnyCall(async (call) => {
        expect(checkArguments(contract, call.arguments)).toEqual([]);
      }));

    it("mocks the same call alike, as JSON that says it is simulated", () =>
      forAnyCall(async (call) => {
        const { mock } = await setUp();
        const output = await mock.mock(call);
        expect(await mock.mock(structuredClone(call))).toEqual(output);
        expect(json.parse(output)).toMatchObject({ simulated: true });
      }));

    it("mocks alike whatever the rung's function can reach", () =>
      forAnyCall(async (call) => {
        const { mock, dryRun, live } = await setUp();
        const output = await mock.mock(call);
        expect([await dryRun.mock(call), await live.mock(call)]).toEqual([output, output]);
      }));

    it("previews the same world alike, and changes nothing in it", () =>
      forAnyCall(async (call) => {
        const { world, dryRun, live } = await setUp();
        const before = await snapshotOf(world);
        const first = await dryRun.preview(call);
        await dryRun.prepareUndo(call);
        expect(await dryRun.preview(call)).toEqual(first);
        expect(await live.preview(call)).toEqual(first);
        expect(previewSchema.parse(first).output).toMatchObject({ sandbox: true });
        expect(await snapshotOf(world)).toEqual(before);
      }));

    it("changes by its call exactly what its preview said", () =>
      forAnyCall(async (call) => {
        const { world, dryRun, live } = await setUp();
        const before = await snapshotOf(world);
        const said = await dryRun.preview(call);
        const outcome = await live.call(liveCall(call, "key_1"));
        const done = differenceBetween(before, await snapshotOf(world));
        expect(outcome.kind).toBe("committed");
        expect(done).toHaveLength(said.changes.length);
        expect(done).toEqual(expect.arrayContaining(said.changes));
        if (!writes(contract)) expect(outcome).toEqual({ kind: "committed", output: said.output, undo: null });
      }));

    it("sends nothing when it was stopped before it began", () =>
      forAnyCall(async (call) => {
        const { world, live } = await setUp();
        const before = await snapshotOf(world);
        const outcome = await live.call(liveCall(call, "key_1", AbortSignal.abort()));
        expect(outcome.kind).toBe("rejected");
        expect(await snapshotOf(world)).toEqual(before);
      }));

    it("cannot be called by a function of a lower rung", () =>
      forAnyCall(async (call) => {
        const { mock, dryRun } = await setUp();
        for (const adapter of [mock, dryRun]) {
          await expect(adapter.call(liveCall(call, "key_1"))).rejects.toThrow(ToolFailure);
          await expect(adapter.compensate(liveCall(call, "key_1"), {})).rejects.toThrow();
        }
        await expect(mock.preview(call)).rejects.toThrow(ToolFailure);
      }));

    it("answers a look-up as its contract says", () =>
      forAnyCall(async (call) => {
        const { live } = await setUp();
        const sent = liveCall(call, "key_1");
        const opaque = writes(contract) && contract.outcome_resolution === "OPAQUE";
        expect((await live.lookUp(sent, "forward")).kind).toBe(opaque ? "unknown" : "did_not_happen");
        const outcome = await live.call(sent);
        const found = await live.lookUp(sent, "forward");
        if (opaque || !writes(contract)) return;
        expect(outcome).toMatchObject({ kind: "committed" });
        expect({ ...found, kind: "committed" }).toEqual(outcome);
        expect(await live.lookUp(liveCall(call, "key_2"), "forward")).toEqual({ kind: "did_not_happen" });
      }));
  });

  if (writes(contract) && contract.outcome_resolution === "IDEMPOTENT_KEY")
    describe(`${contract.tool_name}, called twice with one key`, () => {
      it("has one effect and gives the first reply again", () =>
        forAnyCall(async (call) => {
          const { world, live } = await setUp();
          const first = await live.call(liveCall(call, "key_1"));
          const after = await snapshotOf(world);
          expect(await live.call(liveCall(call, "key_1"))).toEqual(first);
          expect(await snapshotOf(world)).toEqual(after);
        }));

      it("has one effect also when both are on their way at once", () =>
        forAnyCall(async (call) => {
          const { world, dryRun, live } = await setUp();
          const before = await snapshotOf(world);
          const { changes } = await dryRun.preview(call);
          await Promise.all([live.call(liveCall(call, "key_1")), live.call(liveCall(call, "key_1"))]);
          expect(differenceBetween(before, await snapshotOf(world))).toHaveLength(changes.length);
        }));
    });

  if (undoneByItself)
    describe(`${contract.tool_name}, undone`, () => {
      const commit = async (call: ToolCall) => {
        const set = await setUp();
        const before = await snapshotOf(set.world);
        const prepared = await set.live.prepareUndo(call);
        const outcome = await set.live.call(liveCall(call, "key_1"));
        if (outcome.kind !== "committed") throw new Error(`not committed: ${outcome.error}`);
        return { ...set, before, prepared, undo: { ...prepared, ...outcome.undo } };
      };
      const isJournal = (record: string): boolean => record.startsWith("journal ");

      it("knows before the call what undoing will need", () =>
        forAnyCall(async (call) => {
          const { prepared, undo } = await commit(call);
          expect(prepared).toEqual(undo);
        }));

      it("puts back what stood there before, and leaves nothing to undo", () =>
        forAnyCall(async (call) => {
          const { world, live, dryRun, before, undo } = await commit(call);
          const outcome = await live.compensate(liveCall(call, "undo_1"), undo);
          expect(outcome.kind).toBe("committed");
          expect((await dryRun.previewUndo(call, undo)).changes).toEqual([]);
          const after = await snapshotOf(world);
          const journalled = Object.entries(after).filter(([record]) => isJournal(record));
          expect(Object.fromEntries(Object.entries(after).filter(([record]) => !isJournal(record)))).toEqual(before);
          for (const [, entry] of journalled) expect(entry.undone).toBe(true);
        }));

      it("previews the undoing as it will be", () =>
        forAnyCall(async (call) => {
          const { world, live, dryRun, undo } = await commit(call);
          const { changes } = await dryRun.previewUndo(call, undo);
          const before = await snapshotOf(world);
          await live.compensate(liveCall(call, "undo_1"), undo);
          expect(differenceBetween(before, await snapshotOf(world))).toEqual(changes);
        }));

      it("is undone once, however often it is asked for", () =>
        forAnyCall(async (call) => {
          const { world, live, undo } = await commit(call);
          await live.compensate(liveCall(call, "undo_1"), undo);
          const after = await snapshotOf(world);
          expect((await live.compensate(liveCall(call, "undo_1"), undo)).kind).toBe("committed");
          expect((await live.compensate(liveCall(call, "undo_2"), undo)).kind).toBe("committed");
          expect(await snapshotOf(world)).toEqual(after);
        }));

      it("is found by a look-up once it was undone, where the contract has one", () =>
        forAnyCall(async (call) => {
          const { live, dryRun, undo } = await commit(call);
          const compensation = liveCall(call, "undo_1");
          const opaque = contract.outcome_resolution === "OPAQUE";
          const { changes } = await dryRun.previewUndo(call, undo);
          await live.compensate(compensation, undo);
          const found = opaque ? "unknown" : changes.length === 0 ? "did_not_happen" : "happened";
          expect((await live.lookUp(compensation, "compensation")).kind).toBe(found);
        }));

      it("refuses to overwrite what somebody else wrote since, and says who", () =>
        forAnyCall(async (call) => {
          const { world, live, dryRun, undo } = await commit(call);
          const { collection, id, fields } = undo as { collection: string; id: string; fields: { field: string }[] };
          const [touched] = fields;
          if (touched === undefined) return;
          const record = await world.read(collection, id);
          if (record === undefined) throw new Error("the record is gone");
          const value = { ...record.value, [touched.field]: "somebody else's value" };
          await world.write(collection, id, value, record.version, { by: "exec_9/s7 (agent_9)", mark: null });
          const before = await snapshotOf(world);
          const outcome = await live.compensate(liveCall(call, "undo_1"), undo);
          expect(outcome).toMatchObject({ kind: "rejected", error: expect.stringContaining("exec_9/s7 (agent_9)") });
          expect(await snapshotOf(world)).toEqual(before);
          expect((await dryRun.previewUndo(call, undo)).changes).not.toEqual([]);
        }));

      it("does not take the same value for its own when another call wrote it again", () =>
        forAnyCall(async (call) => {
          const { world, live, undo } = await commit(call);
          const { collection, id, fields } = undo as {
            collection: string;
            id: string;
            fields: { field: string; ours: JsonObject[string]; back_to: JsonObject[string] }[];
          };
          const [touched] = fields;
          if (touched === undefined || sameValue(touched.ours, "in between")) return;
          for (const passing of ["in between", touched.ours]) {
            const record = await world.read(collection, id);
            if (record === undefined) throw new Error("the record is gone");
            const value = { ...record.value, [touched.field]: passing };
            await world.write(collection, id, value, record.version, { by: "exec_9/s7 (agent_9)", mark: null });
          }
          expect((await live.compensate(liveCall(call, "undo_1"), undo)).kind).toBe("rejected");
        }));
    });

  if (writes(contract) && !undoable)
    describe(`${contract.tool_name}, which cannot be undone`, () => {
      it("prepares no undoing and refuses one, changing nothing", () =>
        forAnyCall(async (call) => {
          const { world, live } = await setUp();
          expect(await live.prepareUndo(call)).toBeNull();
          expect(await live.call(liveCall(call, "key_1"))).toMatchObject({ kind: "committed", undo: null });
          const after = await snapshotOf(world);
          expect((await live.compensate(liveCall(call, "undo_1"), {})).kind).toBe("rejected");
          expect(await snapshotOf(world)).toEqual(after);
        }));
    });
};
