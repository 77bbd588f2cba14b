import type { CallOutcome } from "../../../shared/execution/call-outcome.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { type Moved, takeTurns } from "../../../shared/ports/contention.ts";
import type { LiveToolCall } from "../../../shared/ports/tools.ts";
import type { CallMark, World } from "../world/world.ts";
import { send, WRITE_TURNS } from "./live-write.ts";
import {
  authorOf,
  putBack,
  refusalToUndo,
  type UndoData,
  undoChanges,
  undoData,
  undoStateOf,
  writersBefore,
} from "./undo.ts";

/** Puts back what the call wrote where that still stands; refuses as a whole where anything of it is somebody else's. */
export const compensateInWorld = async (world: World, call: LiveToolCall, undo: JsonObject): Promise<CallOutcome> => {
  if (call.contract.compensation === "none") {
    return {
      kind: "rejected",
      error: `${call.contract.tool_name} cannot be undone: its contract names no compensation`,
    };
  }
  const parsed = undoData.safeParse(undo);
  if (!parsed.success) return { kind: "rejected", error: "nothing was stored that would tell how to undo it" };
  const outcome = await takeTurns(WRITE_TURNS, () => attemptToUndo(world, call, parsed.data));
  if (outcome !== "moved") return outcome;
  return { kind: "rejected", error: "the record kept changing while it was to be undone; nothing was written" };
};

const attemptToUndo = async (world: World, call: LiveToolCall, undo: UndoData): Promise<CallOutcome | Moved> => {
  const key = { side: "compensation", key: call.idempotency_key } as const;
  const { record, version, mark } = await world.standing(undo.collection, undo.id, key);
  if (mark !== undefined) return { kind: "committed", output: mark.output, undo: null };
  const state = undoStateOf(call, undo, record);
  if (state.foreign.length > 0) return { kind: "rejected", error: refusalToUndo(undo, state) };
  const output = { undone: undoChanges(undo, state), sandbox: true };
  if (record === undefined || state.ours.length === 0) return { kind: "committed", output, undo: null };
  if (call.signal.aborted) return { kind: "rejected", error: "stopped before anything was sent" };
  const made: CallMark = { ...key, output, undo: null };
  const author = { by: `the undoing of ${authorOf(call)}`, of: writersBefore(state.ours), mark: made };
  const value = putBack(record.value, state.ours);
  const written = await send(() => world.write(undo.collection, undo.id, value, version, author));
  return written === "written" ? { kind: "committed", output, undo: null } : written;
};
