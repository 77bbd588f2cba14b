import type { CallOutcome } from "../../../shared/execution/call-outcome.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import { takeTurns } from "../../../shared/ports/contention.ts";
import { type LiveToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import type { CallMark, World, WorldRecord, Written } from "../world/world.ts";
import { changedFields } from "./changes.ts";
import { NEW_ID, type Target, type WritingTool } from "./sandbox-tool.ts";
import { authorOf, undoOf } from "./undo.ts";

/** How often a write is tried again because somebody else wrote the record in between. */
export const WRITE_TURNS = 10;

/**
 * The record a call writes. A new record's id follows from the idempotency key, so it can be looked up; where the tool
 * does not recognise a key (its contract is not IDEMPOTENT_KEY) the same call sent again makes a second record,
 * as a real service would, and a double send is there for everybody to see.
 */
export const recordOf = (target: Target, call: LiveToolCall, occurrence = 1): { collection: string; id: string } => {
  if (target.id !== null) return { collection: target.collection, id: target.id };
  const id = newRecordId(target, call.idempotency_key);
  return { collection: target.collection, id: occurrence === 1 ? id : `${id}_${occurrence}` };
};

/** The id of the first record that a call makes under a key; those of later ones begin with it. */
export const newRecordId = ({ prefix }: Extract<Target, { readonly id: null }>, idempotency_key: string): string =>
  `${prefix}_${digestOf("sandbox-id", idempotency_key).slice(0, 12)}`;

/** Plans the change from the record as it stands and writes it on condition that it still stands so. */
export const writeToWorld = async (tool: WritingTool, world: World, call: LiveToolCall): Promise<CallOutcome> => {
  try {
    return await attempts(tool, world, call);
  } catch (error) {
    // A tool's own refusal is made before the write, so nothing was done.
    if (error instanceof ToolFailure) return { kind: "rejected", error: error.message };
    throw error;
  }
};

const attempts = async (tool: WritingTool, world: World, call: LiveToolCall): Promise<CallOutcome> => {
  const target = tool.target(call);
  if (target.id === NEW_ID) throw new ToolFailure("a record that is not there yet can be previewed, not written");
  const recognisesKeys = call.contract.outcome_resolution === "IDEMPOTENT_KEY";
  let occurrence = 1;
  // A client may repeat a write whose reply was lost and then read "moved": a mark that was not there before is ours.
  let tried: string | undefined;
  const outcome = await takeTurns<CallOutcome>(WRITE_TURNS, async () => {
    const { collection, id } = recordOf(target, call, occurrence);
    const { record, version, mark } = await world.standing(collection, id, {
      side: "forward",
      key: call.idempotency_key,
    });
    if (mark !== undefined && (recognisesKeys || tried === id)) return committed(mark);
    if (target.id === null && version > 0) {
      // Not a race: the place is another call's, so this one makes a record of its own in the next turn.
      occurrence += 1;
      return "moved";
    }
    const planned = await planMark(tool, world, call, { collection, id, record });
    if (call.signal.aborted) return { kind: "rejected", error: "stopped before anything was sent" };
    tried = mark === undefined ? id : undefined;
    const value = { ...record?.value, ...planned.set };
    const written = await send(() =>
      world.write(collection, id, value, version, { by: authorOf(call), mark: planned.mark }),
    );
    return written === "written" ? committed(planned.mark) : written;
  });
  if (outcome !== "moved") return outcome;
  return { kind: "rejected", error: "the record kept changing under the call; nothing was written" };
};

const planMark = async (
  tool: WritingTool,
  world: World,
  call: LiveToolCall,
  { collection, id, record }: { collection: string; id: string; record: WorldRecord | undefined },
): Promise<{ set: WorldRecord["value"]; mark: CallMark }> => {
  const change = await tool.plan({ call, id, current: record, reader: world });
  const canBeUndone = call.contract.compensation !== "none";
  return {
    set: Object.fromEntries(changedFields(record, change.set)),
    mark: {
      side: "forward",
      key: call.idempotency_key,
      output: { ...change.output, sandbox: true },
      undo: canBeUndone ? undoOf(tool, collection, id, record, change) : null,
    },
  };
};

const committed = ({ output, undo }: CallMark): CallOutcome => ({ kind: "committed", output, undo });

/** A write whose reply never came may have happened: its error is an answer, not a surprise. A ToolFailure was none. */
export const send = async (write: () => Promise<Written>): Promise<Written | CallOutcome> => {
  try {
    return await write();
  } catch (error) {
    if (error instanceof ToolFailure) return { kind: "rejected", error: error.message };
    const why = error instanceof Error ? error.message : String(error);
    return { kind: "indeterminate", error: `no answer to the write: ${why}` };
  }
};
