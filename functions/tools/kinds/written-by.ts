import type { ToolCall } from "../../../shared/ports/tools.ts";
import type { WorldReader } from "../world/world.ts";
import type { SandboxTool } from "./sandbox-tool.ts";
import { authorOf } from "./undo.ts";

/** Whether anything that the call wrote still stands, found by its author: a preview knows no idempotency key. */
export const writtenBy = async (tool: SandboxTool, reader: WorldReader, call: ToolCall): Promise<boolean> => {
  if (tool.kind === "read") return false;
  const records = await reader.list(tool.target(call).collection);
  return records.some(({ writers }) => Object.values(writers).includes(authorOf(call)));
};
