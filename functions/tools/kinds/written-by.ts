import { idempotencyKeyOf } from "../../../shared/execution/attempt/intent.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import type { WorldReader, WorldRecord } from "../world/world.ts";
import { newRecordId } from "./live-write.ts";
import type { SandboxTool, Target } from "./sandbox-tool.ts";
import { authorOf } from "./undo.ts";

/**
 * Whether anything that the call, which undoes another, wrote still stands, found by its author. It is read where such a
 * call writes: an undo must not cost more the more others have written.
 */
export const writtenBy = async (tool: SandboxTool, reader: WorldReader, call: ToolCall): Promise<boolean> => {
  if (tool.kind === "read") return false;
  const records = await writableBy(reader, tool.target(call), call);
  return records.some(({ writers }) => Object.values(writers).includes(authorOf(call)));
};

/** A new record has the id of the key that every undo of the step is sent under, or one that begins with it. */
const writableBy = async (reader: WorldReader, target: Target, call: ToolCall): Promise<WorldRecord[]> => {
  if (target.id === null) {
    const prefix = newRecordId(target, idempotencyKeyOf({ ...call, side: "compensation" }));
    return reader.list(target.collection, { prefix });
  }
  const record = await reader.read(target.collection, target.id);
  return record === undefined ? [] : [record];
};
