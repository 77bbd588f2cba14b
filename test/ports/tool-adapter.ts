import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkArguments } from "../../shared/contracts/input-schema.ts";
import { type ToolContract, writes } from "../../shared/contracts/tool-contract.ts";
import { type FieldChange, preview as previewSchema } from "../../shared/execution/approval/preview.ts";
import type { CallOutcome } from "../../shared/execution/call-outcome.ts";
import { type JsonObject, json } from "../../shared/plan/json.ts";
import {
  type LiveToolCall,
  type ToolAdapter,
  type ToolCall,
  ToolFailure,
  type ToolPreview,
} from "../../shared/ports/tools.ts";
import { type Cannot, type Case, type Meeting, NEVER } from "./tool-cases.ts";

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
  /** How often something was changed there by calls, as the counterpart itself has counted. */
  effects(): number;
  /** Somebody else changes what the preview of a call shows; false where this one shows nothing of the kind. */
  readonly drift?: (call: ToolCall) => Promise<boolean>;
  /** Somebody else writes a field of the same record that the call did not change. */
  readonly beside?: (call: ToolCall, undo: JsonObject) => Promise<void>;
  /** The counterpart meets the next call, or the next undoing, so. */
  readonly meets?: (how: Meeting, rung: "call" | "undo") => Promise<void>;
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
  /** Cases that this one cannot be tried with, though others of its kind can, and why. */
  readonly cannot?: Cannot;
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

/** Until the counterpart has acted; then nobody waits for its answer any more. */
const giveUpOnceActed = async (place: Place, make: (signal: AbortSignal) => Promise<CallOutcome>) => {
  const before = place.effects();
  const patience = new AbortController();
  let ended = false;
  const sent = make(patience.signal).finally(() => {
    ended = true;
  });
  await expect.poll(() => ended || place.effects() > before, { interval: 1, timeout: 20_000 }).toBe(true);
  patience.abort();
  return sent;
};

const isJournal = (record: string): boolean => record.startsWith("journal ");
const withoutJournal = (snapshot: Snapshot): Snapshot =>
  Object.fromEntries(Object.entries(snapshot).filter(([record]) => !isJournal(record)));

/** As it was at first, with what somebody else has written since. */
const withChangesOf = (first: Snapshot, before: Snapshot, after: Snapshot): Snapshot =>
  Object.fromEntries(
    Object.entries(first).map(([record, value]) => {
      const changed = Object.entries(after[record] ?? {}).filter(
        ([field, next]) => JSON.stringify(next) !== JSON.stringify(before[record]?.[field]),
      );
      return [record, { ...value, ...Object.fromEntries(changed) }];
    }),
  );

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
  const cannot: Cannot = { ...NEVER[contract.binding?.kind ?? "sandbox"], ...tool.cannot };
  /** A case that the tool cannot be tried with stands among the others, skipped, with the reason. */
  const told = (each: Case, name: string, law: () => Promise<void>): void => {
    const why = cannot[each];
    if (why === undefined) it(`a call ${name}`, law);
    else it.skip(`a call ${name} (never: ${why})`, law);
  };
  const undoable = writes(contract) && contract.compensation !== "none";
  const undoneByItself = undoable && contract.compensation === "adapter";

  describe(`${contract.tool_name} on every rung`, () => {
    it("a tool is tried with arguments that its contract allows", () =>
      forAnyCall(async (call) => {
        expect(checkArguments(contract, call.arguments)).toEqual([]);
      }));

    it("a tool mocks the same call alike, as JSON that says it is simulated", () =>
      forAnyCall(async (call) => {
        const { mock } = await setUp();
        const output = await mock.mock(call);
        expect(await mock.mock(structuredClone(call))).toEqual(output);
        expect(json.parse(output)).toMatchObject({ simulated: true });
      }));

    it("a tool mocks alike whatever the rung's function can reach", () =>
      forAnyCall(async (call) => {
        const { mock, dryRun, live } = await setUp();
        const output = await mock.mock(call);
        expect([await dryRun.mock(call), await live.mock(call)]).toEqual([output, output]);
      }));

    it("a tool previews the same world alike, and changes nothing in it", () =>
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

    it("a tool changes by its call exactly what its preview said", () =>
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

    it("a tool sends nothing when it was stopped before it began", () =>
      forAnyCall(async (call) => {
        const { place, live } = await setUp();
        const before = await place.snapshot();
        const outcome = await live.call(liveCall(call, "key_1", AbortSignal.abort()));
        expect(outcome.kind).toBe("rejected");
        expect(await place.snapshot()).toEqual(before);
      }));

    it("a tool cannot be called by a function of a lower rung", () =>
      forAnyCall(async (call) => {
        const { mock, dryRun } = await setUp();
        for (const adapter of [mock, dryRun]) {
          await expect(adapter.call(liveCall(call, "key_1"))).rejects.toThrow(ToolFailure);
          await expect(adapter.compensate(liveCall(call, "key_1"), {})).rejects.toThrow();
        }
        await expect(mock.preview(call)).rejects.toThrow(ToolFailure);
      }));

    it("a tool answers a look-up as its contract says", () =>
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
      it("a tool called twice with one key has one effect and gives the first reply again", () =>
        forAnyCall(async (call) => {
          const { place, live } = await setUp();
          const first = await live.call(liveCall(call, "key_1"));
          const after = await place.snapshot();
          expect(await live.call(liveCall(call, "key_1"))).toEqual(first);
          expect(await place.snapshot()).toEqual(after);
        }));

      it("a tool called twice with one key has one effect also when both are on their way at once", () =>
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
      it("a tool knows before the call what undoing will need", () =>
        forAnyCall(async (call) => {
          const { prepared, undo } = await commit(call);
          expect(prepared).toEqual(undo);
        }));

      it("undoing a call puts back what stood there before, and leaves nothing to undo", () =>
        forAnyCall(async (call) => {
          const { place, live, dryRun, before, undo } = await commit(call);
          const outcome = await live.compensate(liveCall(call, "undo_1"), undo);
          expect(outcome.kind).toBe("committed");
          expect((await dryRun.previewUndo(call, undo)).changes).toEqual([]);
          const after = await place.snapshot();
          const journalled = Object.entries(after).filter(([record]) => isJournal(record));
          expect(withoutJournal(after)).toEqual(before);
          for (const [, entry] of journalled) expect(entry.undone).toBe(true);
        }));

      it("a tool previews the undoing as it will be", () =>
        forAnyCall(async (call) => {
          const { place, live, dryRun, undo } = await commit(call);
          const { changes } = await dryRun.previewUndo(call, undo);
          const before = await place.snapshot();
          await live.compensate(liveCall(call, "undo_1"), undo);
          expect(place.difference(before, await place.snapshot())).toEqual(changes);
        }));

      it("a call is undone once, however often it is asked for", () =>
        forAnyCall(async (call) => {
          const { place, live, undo } = await commit(call);
          await live.compensate(liveCall(call, "undo_1"), undo);
          const after = await place.snapshot();
          expect((await live.compensate(liveCall(call, "undo_1"), undo)).kind).toBe("committed");
          expect((await live.compensate(liveCall(call, "undo_2"), undo)).kind).toBe("committed");
          expect(await place.snapshot()).toEqual(after);
        }));

      it("an undone call is found by a look-up, where the contract has one", () =>
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

      it("undoing refuses to overwrite what somebody else wrote since, and says who", () =>
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

      it("undoing does not take the same value for its own when another call wrote it again", () =>
        forAnyCall(async (call) => {
          const { place, live, undo } = await commit(call);
          if ((await place.rewrite?.(undo)) !== true) return;
          expect((await live.compensate(liveCall(call, "undo_1"), undo)).kind).toBe("rejected");
        }));
    });

  if (writes(contract))
    describe(`${contract.tool_name}, beside others`, () => {
      const drifted = async (place: Place, call: ToolCall): Promise<boolean> => {
        if (place.drift === undefined) throw new Error("the place does not say how a value changes in between");
        return place.drift(call);
      };
      /** Some calls show nothing that somebody else could change; not all of them. */
      const forCallsThatDrift = async (law: (call: ToolCall) => Promise<boolean>): Promise<void> => {
        let tried = 0;
        await forAnyCall(async (call) => {
          if (await law(call)) tried += 1;
        });
        expect(tried).toBeGreaterThan(0);
      };

      told("drift", "is previewed otherwise on every rung once somebody else has changed what it shows", () =>
        forCallsThatDrift(async (call) => {
          const { place, dryRun, live } = await setUp();
          const before = sealedOf(await dryRun.preview(call));
          if (!(await drifted(place, call))) return false;
          const after = sealedOf(await live.preview(call));
          expect(after).not.toEqual(before);
          expect(sealedOf(await dryRun.preview(call))).toEqual(after);
          return true;
        }),
      );

      if (undoneByItself)
        told("drift", "is undone to what stood there just before it, not to what was previewed first", () =>
          forCallsThatDrift(async (call) => {
            const { place, dryRun, live } = await setUp();
            await dryRun.preview(call);
            if (!(await drifted(place, call))) return false;
            const before = await place.snapshot();
            const prepared = await live.prepareUndo(call);
            const outcome = await live.call(liveCall(call, "key_1"));
            if (outcome.kind !== "committed") throw new Error(`not committed: ${outcome.error}`);
            const undone = await live.compensate(liveCall(call, "undo_1"), { ...prepared, ...outcome.undo });
            expect(undone.kind).toBe("committed");
            expect(withoutJournal(await place.snapshot())).toEqual(withoutJournal(before));
            return true;
          }),
        );

      if (undoneByItself)
        told("beside", "is undone without touching what somebody else has written beside it since", () =>
          forAnyCall(async (call) => {
            const { place, live } = await setUp();
            const before = await place.snapshot();
            const prepared = await live.prepareUndo(call);
            const outcome = await live.call(liveCall(call, "key_1"));
            if (outcome.kind !== "committed") throw new Error(`not committed: ${outcome.error}`);
            const undo = { ...prepared, ...outcome.undo };
            const made = await place.snapshot();
            if (place.beside === undefined) throw new Error("the place does not say what is written beside a call");
            await place.beside(call, undo);
            const theirs = withChangesOf(withoutJournal(before), made, await place.snapshot());
            expect(theirs).not.toEqual(withoutJournal(before));
            expect((await live.compensate(liveCall(call, "undo_1"), undo)).kind).toBe("committed");
            expect(withoutJournal(await place.snapshot())).toEqual(theirs);
          }),
        );
    });

  if (writes(contract))
    describe(`${contract.tool_name}, whose counterpart misbehaves`, () => {
      const meet = async (place: Place, how: Meeting, rung: "call" | "undo" = "call"): Promise<void> => {
        if (place.meets === undefined) throw new Error("the place does not say how its counterpart misbehaves");
        await place.meets(how, rung);
      };

      /** A call of unknown outcome is resolved as its contract says; never by a second effect. */
      const resolved = async (live: ToolAdapter, sent: LiveToolCall) => {
        if (contract.outcome_resolution === "IDEMPOTENT_KEY") return (await live.call(sent)).kind;
        return (await live.lookUp(sent, "forward")).kind;
      };
      const isAsked = (place: Place): boolean =>
        contract.outcome_resolution === "OPAQUE" || place.looksUp.forward === false;

      const actsUnheard = (how: "failed_after" | "silent_after") => async (call: ToolCall) => {
        const { place, dryRun, live } = await setUp();
        const { changes } = await dryRun.preview(call);
        await meet(place, how);
        const outcome = await giveUpOnceActed(place, (signal) => live.call(liveCall(call, "key_1", signal)));
        expect(outcome.kind).toBe("indeterminate");
        const [made, after] = [place.effects(), await place.snapshot()];
        expect(made).toBeLessThanOrEqual(1);
        if (changes.length > 0 || place.previews === false) expect(made).toBe(1);
        const became = await resolved(live, liveCall(call, "key_1"));
        if (contract.outcome_resolution === "IDEMPOTENT_KEY") expect(became).toBe("committed");
        else expect(became).toBe(isAsked(place) ? "unknown" : "happened");
        expect(place.effects()).toBe(made);
        expect(await place.snapshot()).toEqual(after);
      };

      told(
        "failed_after",
        "is of unknown outcome where it failed after it acted, and is found to have one effect",
        () => forAnyCall(actsUnheard("failed_after")),
      );

      told("silent_after", "is of unknown outcome where no answer came in time, and is found to have one effect", () =>
        forAnyCall(actsUnheard("silent_after")),
      );

      told(
        "broken_before",
        "is of unknown outcome where it broke before anything was done, and is no false success",
        () =>
          forAnyCall(async (call) => {
            const { place, dryRun, live } = await setUp();
            const before = await place.snapshot();
            const { changes } = await dryRun.preview(call);
            await meet(place, "broken_before");
            expect((await live.call(liveCall(call, "key_1"))).kind).toBe("indeterminate");
            expect([place.effects(), await place.snapshot()]).toEqual([0, before]);
            const became = await resolved(live, liveCall(call, "key_1"));
            if (contract.outcome_resolution === "IDEMPOTENT_KEY") {
              expect(became).toBe("committed");
              expect(place.difference(before, await place.snapshot())).toEqual(expect.arrayContaining(changes));
              return;
            }
            // A trace that stood there before cannot be told from one that the call left.
            const traceless = place.looksUp.forward !== "by_trace" || changes.length > 0;
            if (isAsked(place)) expect(became).toBe("unknown");
            else if (place.looksUp.forward !== "by_trace") expect(became).toBe("did_not_happen");
            else if (traceless) expect(became).not.toBe("happened");
            expect(place.effects()).toBe(0);
          }),
      );

      told("refused", "had no effect where it was refused, and is made when it is asked for once more", () =>
        forAnyCall(async (call) => {
          const { place, live } = await setUp();
          const before = await place.snapshot();
          await meet(place, "refused");
          const refused = await live.call(liveCall(call, "key_1"));
          expect(refused).toMatchObject({ kind: "rejected", error: expect.any(String) });
          expect([place.effects(), await place.snapshot()]).toEqual([0, before]);
          expect((await live.call(liveCall(call, "key_2"))).kind).toBe("committed");
        }),
      );

      told("too_busy", "had no effect where there was no room for it, says when to come again, and is made then", () =>
        forAnyCall(async (call) => {
          const { place, live } = await setUp();
          const before = await place.snapshot();
          await meet(place, "too_busy");
          const outcome = await live.call(liveCall(call, "key_1"));
          expect(outcome).toMatchObject({ kind: "rejected", again_in_seconds: expect.any(Number) });
          expect([place.effects(), await place.snapshot()]).toEqual([0, before]);
          expect((await live.call(liveCall(call, "key_1"))).kind).toBe("committed");
        }),
      );

      if (undoneByItself)
        told("undo_silent_after", "is undone once, also where no answer of the undoing came in time", () =>
          forAnyCall(async (call) => {
            const { place, live } = await setUp();
            const before = withoutJournal(await place.snapshot());
            const prepared = await live.prepareUndo(call);
            const outcome = await live.call(liveCall(call, "key_1"));
            if (outcome.kind !== "committed") throw new Error(`not committed: ${outcome.error}`);
            const undo = { ...prepared, ...outcome.undo };
            const left = (await live.previewUndo(call, undo)).changes.length;
            const made = place.effects();
            await meet(place, "silent_after", "undo");
            const undone = await giveUpOnceActed(place, (signal) =>
              live.compensate(liveCall(call, "undo_1", signal), undo),
            );
            if (left > 0) expect(undone.kind).toBe("indeterminate");
            expect((await live.compensate(liveCall(call, "undo_1"), undo)).kind).toBe("committed");
            expect(place.effects() - made).toBe(left > 0 ? 1 : 0);
            expect(withoutJournal(await place.snapshot())).toEqual(before);
          }),
        );
    });

  if (writes(contract) && !undoable)
    describe(`${contract.tool_name}, which cannot be undone`, () => {
      it("a tool that cannot be undone prepares no undoing and refuses one, changing nothing", () =>
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
