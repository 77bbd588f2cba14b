import type { CallOutcome, LookUp } from "../../../shared/execution/call-outcome.ts";
import { type LiveToolCall, type ToolAdapter, ToolFailure } from "../../../shared/ports/tools.ts";
import type { World } from "../world/world.ts";
import { compensateInWorld } from "./live-compensation.ts";
import { recordOf, writeToWorld } from "./live-write.ts";
import { previewAdapter } from "./preview-adapter.ts";
import type { ReadingTool, SandboxTool } from "./sandbox-tool.ts";

/** LIVE: acts on the sandbox world, and says so in every result. */
export const liveAdapter = (tool: SandboxTool, world: World): ToolAdapter => ({
  ...previewAdapter(tool, world),
  call: (call) => (tool.kind === "read" ? readFromWorld(tool, world, call) : writeToWorld(tool, world, call)),
  compensate: (call, undo) => compensateInWorld(world, call, undo),
  lookUp: (call, side) => lookUp(tool, world, call, side),
});

const readFromWorld = async (tool: ReadingTool, world: World, call: LiveToolCall): Promise<CallOutcome> => {
  if (call.signal.aborted) return { kind: "rejected", error: "stopped before anything was sent" };
  try {
    return { kind: "committed", output: { ...(await tool.read(call, world)), sandbox: true }, undo: null };
  } catch (error) {
    if (error instanceof ToolFailure) return { kind: "rejected", error: error.message };
    throw error;
  }
};

const lookUp = async (
  tool: SandboxTool,
  world: World,
  call: LiveToolCall,
  side: "forward" | "compensation",
): Promise<LookUp> => {
  if (tool.kind === "read") return { kind: "did_not_happen" };
  if (call.contract.outcome_resolution === "OPAQUE") {
    return { kind: "unknown", why: `${call.contract.tool_name} offers no way to ask whether a call happened` };
  }
  const { collection, id } = recordOf(tool.target(call), call);
  const { mark, forgetful } = await world.standing(collection, id, { side, key: call.idempotency_key });
  if (mark !== undefined) return { kind: "happened", output: mark.output, undo: mark.undo };
  return forgetful
    ? { kind: "unknown", why: "the record no longer knows all calls that were made on it" }
    : { kind: "did_not_happen" };
};
