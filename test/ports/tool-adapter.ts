import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkArguments } from "../../shared/contracts/input-schema.ts";
import { type ToolContract, writes } from "../../shared/contracts/tool-contract.ts";
import { type FieldChange, preview as previewSchema } from "../../shared/execution/preview.ts";
import { type JsonObject, json } from "../../shared/plan/json.ts";
import {
  type CallOutcome,
  type LiveToolCall,
  type ToolAdapter,
  type ToolCall,
  ToolFailure,
  type ToolPreview,
} from "../../shared/ports/tools.ts";

/** Every record of a place with its value, by label. */
export type Snapshot = { [record: string]: JsonObject };

/** A world that a tool acts on, with its adapters for the three rungs; a fresh one each time. */
export type Place = {
  readonly mock: ToolAdapter;
  readonly dryRun: ToolAdapter;
  readonly live: ToolAdapter;
  /** Everything that is there, by record. */
  snapshot(): Promise<Snapshot>;
  /** The changes between two of them, as previews say them. */
  difference(before: Snapshot, after: Snapshot): FieldChange[];
  /** Somebody else writes a field that the undo would put back. @returns words for who it was; undefined without one */
  overwrite(undo: JsonObject): Promise<string | undefined>;
  /** Somebody else writes another value there and then the same again; undefined where nobody can tell the two apart. */
  readonly rewrite?: (undo: JsonObject) => Promise<boolean>;
  /** Fields of every output that say where it was made. */
  readonly marks: JsonObject;
  /**
   * Whether it can be asked if a call, or an undoing, happened; `by_trace` where only what a call left can be seen, not
   * whose it is, nor what has yet to come; `as_answered` where what was answered is known, also of an
   * undoing that found nothing to undo.
   */
  readonly looksUp: { readonly forward: boolean | "by_trace"; readonly compensation: boolean | "as_answered" };
  /** False where previews show no old values: the tool's binding declares none. */
  readonly previews?: boolean;
};

export type ToolUnderTest = {
  readonly contract: ToolContract;
  /** Arguments that the contract allows and the world can serve. */
  readonly arguments: fc.Arbitrary<JsonObject>;
  readonly makePlace: () => Promise<Place>;
  /** Of the tool that its compensation names. */
  readonly undoing?: ToolContract;
  /** How many calls each law is tried with. */
  readonly runs?: number;
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
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
});

const outputOf = (outcome: CallOutcome): unknown => (outcome.kind === "committed" ? outcome.output : outcome);

export const liveCall = (call: ToolCall, idempotency_key: string, signal?: AbortSignal): LiveToolCall => ({
  ...call,
  idempotency_key,
  signal: signal ?? new AbortController().signal,
});

/** The promises of every adapter, on every rung. */
/** A picture beside a preview is none of what must be alike. */
const sealedOf = ({ picture: _picture, ...preview }: ToolPreview) => preview;

export const toolAdapterSuite = (tool: ToolUnderTest): void => {
  const { contract } = tool;
  const setUp = async () => {
    const place = await tool.makePlace();
    return { place, mock: place.mock, dryRun: place.dryRun, live: place.live };
  };
  const forAnyCall = (law: (call: ToolCall) => Promise<void>): Promise<void> =>
    fc.assert(
      fc.asyncProperty(tool.arguments, (args) => law(toolCall(contract, args, "s1", tool.undoing))),
      { numRuns: tool.runs ?? 25 },
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
        const { place, dryRun, live } = await setUp();
        const before = await place.snapshot();
        const first = sealedOf(await dryRun.preview(call));
        await dryRun.prepareUndo(call);
        expect(sealedOf(await dryRun.preview(call))).toEqual(first);
        expect(sealedOf(await live.preview(call))).toEqual(first);
        expect(previewSchema.parse(first).output ?? {}).toMatchObject(place.marks);
        expect(await place.snapshot()).toEqual(before);
      }));

    it("changes by its call exactly what its preview said", () =>
      forAnyCall(async (call) => {
        const { place, dryRun, live } = await setUp();
        const before = await place.snapshot();
        const said = await dryRun.preview(call);
        const outcome = await live.call(liveCall(call, "key_1"));
        const done = place.difference(before, await place.snapshot());
        expect(outcome.kind).toBe("committed");
        if (place.previews !== false) {
          expect(done).toHaveLength(said.changes.length);
          expect(done).toEqual(expect.arrayContaining(said.changes));
        }
        if (!writes(contract)) expect(outcome).toMatchObject({ kind: "committed", output: said.output, undo: null });
      }));

    it("sends nothing when it was stopped before it began", () =>
      forAnyCall(async (call) => {
        const { place, live } = await setUp();
        const before = await place.snapshot();
        const outcome = await live.call(liveCall(call, "key_1", AbortSignal.abort()));
        expect(outcome.kind).toBe("rejected");
        expect(await place.snapshot()).toEqual(before);
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
        const { live, place } = await setUp();
        const sent = liveCall(call, "key_1");
        const opaque = writes(contract) && (contract.outcome_resolution === "OPAQUE" || !place.looksUp.forward);
        const byTrace = writes(contract) && place.looksUp.forward === "by_trace";
        const before = await live.lookUp(sent, "forward");
        if (!byTrace) expect(before.kind).toBe(opaque ? "unknown" : "did_not_happen");
        const outcome = await live.call(sent);
        const found = await live.lookUp(sent, "forward");
        if (byTrace) expect(found).toMatchObject({ kind: "happened", output: outputOf(outcome) });
        if (byTrace) return;
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
          const { place, live } = await setUp();
          const first = await live.call(liveCall(call, "key_1"));
          const after = await place.snapshot();
          expect(await live.call(liveCall(call, "key_1"))).toEqual(first);
          expect(await place.snapshot()).toEqual(after);
        }));

      it("has one effect also when both are on their way at once", () =>
        forAnyCall(async (call) => {
          const { place, dryRun, live } = await setUp();
          const before = await place.snapshot();
          const { changes } = await dryRun.preview(call);
          await Promise.all([live.call(liveCall(call, "key_1")), live.call(liveCall(call, "key_1"))]);
          expect(place.difference(before, await place.snapshot())).toHaveLength(changes.length);
        }));
    });

  if (undoneByItself)
    describe(`${contract.tool_name}, undone`, () => {
      const commit = async (call: ToolCall) => {
        const set = await setUp();
        const before = await set.place.snapshot();
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
          const { place, live, dryRun, before, undo } = await commit(call);
          const outcome = await live.compensate(liveCall(call, "undo_1"), undo);
          expect(outcome.kind).toBe("committed");
          expect((await dryRun.previewUndo(call, undo)).changes).toEqual([]);
          const after = await place.snapshot();
          const journalled = Object.entries(after).filter(([record]) => isJournal(record));
          expect(Object.fromEntries(Object.entries(after).filter(([record]) => !isJournal(record)))).toEqual(before);
          for (const [, entry] of journalled) expect(entry.undone).toBe(true);
        }));

      it("previews the undoing as it will be", () =>
        forAnyCall(async (call) => {
          const { place, live, dryRun, undo } = await commit(call);
          const { changes } = await dryRun.previewUndo(call, undo);
          const before = await place.snapshot();
          await live.compensate(liveCall(call, "undo_1"), undo);
          expect(place.difference(before, await place.snapshot())).toEqual(changes);
        }));

      it("is undone once, however often it is asked for", () =>
        forAnyCall(async (call) => {
          const { place, live, undo } = await commit(call);
          await live.compensate(liveCall(call, "undo_1"), undo);
          const after = await place.snapshot();
          expect((await live.compensate(liveCall(call, "undo_1"), undo)).kind).toBe("committed");
          expect((await live.compensate(liveCall(call, "undo_2"), undo)).kind).toBe("committed");
          expect(await place.snapshot()).toEqual(after);
        }));

      it("is found by a look-up once it was undone, where the contract has one", () =>
        forAnyCall(async (call) => {
          const { live, dryRun, undo, place } = await commit(call);
          const compensation = liveCall(call, "undo_1");
          const opaque = contract.outcome_resolution === "OPAQUE" || !place.looksUp.compensation;
          const { changes } = await dryRun.previewUndo(call, undo);
          await live.compensate(compensation, undo);
          const known = place.looksUp.compensation === "as_answered" || changes.length > 0;
          const found = known ? "happened" : "did_not_happen";
          expect((await live.lookUp(compensation, "compensation")).kind).toBe(opaque ? "unknown" : found);
        }));

      it("refuses to overwrite what somebody else wrote since, and says who", () =>
        forAnyCall(async (call) => {
          const { place, live, dryRun, undo } = await commit(call);
          const who = await place.overwrite(undo);
          if (who === undefined) return;
          const before = await place.snapshot();
          const outcome = await live.compensate(liveCall(call, "undo_1"), undo);
          expect(outcome).toMatchObject({ kind: "rejected", error: expect.stringContaining(who) });
          expect(await place.snapshot()).toEqual(before);
          expect((await dryRun.previewUndo(call, undo)).changes).not.toEqual([]);
        }));

      it("does not take the same value for its own when another call wrote it again", () =>
        forAnyCall(async (call) => {
          const { place, live, undo } = await commit(call);
          if ((await place.rewrite?.(undo)) !== true) return;
          expect((await live.compensate(liveCall(call, "undo_1"), undo)).kind).toBe("rejected");
        }));
    });

  if (writes(contract) && !undoable)
    describe(`${contract.tool_name}, which cannot be undone`, () => {
      it("prepares no undoing and refuses one, changing nothing", () =>
        forAnyCall(async (call) => {
          const { place, live } = await setUp();
          expect(await live.prepareUndo(call)).toBeNull();
          expect(await live.call(liveCall(call, "key_1"))).toMatchObject({ kind: "committed", undo: null });
          const after = await place.snapshot();
          expect((await live.compensate(liveCall(call, "undo_1"), {})).kind).toBe("rejected");
          expect(await place.snapshot()).toEqual(after);
        }));
    });
};
