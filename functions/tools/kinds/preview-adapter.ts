import type { Preview } from "../../../shared/execution/approval/preview.ts";
import type { JsonObject } from "../../../shared/plan/json.ts";
import { type ToolAdapter, type ToolCall, ToolFailure } from "../../../shared/ports/tools.ts";
import { plural } from "../../../shared/shown/words.ts";
import type { WorldReader } from "../world/world.ts";
import { changesOf, replacedWriters } from "./changes.ts";
import { mockAdapter } from "./mock-adapter.ts";
import { NEW_ID, type ReadingTool, type SandboxTool, type WritingTool } from "./sandbox-tool.ts";
import { undoChanges, undoData, undoOf, undoStateOf } from "./undo.ts";

/** DRY_RUN: reads the sandbox. A reader has no way to write, so neither has this. */
export const previewAdapter = (tool: SandboxTool, reader: WorldReader): ToolAdapter => ({
  ...mockAdapter(tool),
  preview: (call) => (tool.kind === "read" ? previewOfRead(tool, reader, call) : previewOfWrite(tool, reader, call)),
  prepareUndo: (call) => prepareUndo(tool, reader, call),
  previewUndo: (call, undo) => previewUndo(reader, call, undo),
});

const previewOfRead = async (tool: ReadingTool, reader: WorldReader, call: ToolCall): Promise<Preview> => {
  const output = await tool.read(call, reader);
  return { summary: tool.summary(output, call), output: { ...output, sandbox: true }, changes: [] };
};

const previewOfWrite = async (tool: WritingTool, reader: WorldReader, call: ToolCall): Promise<Preview> => {
  const target = tool.target(call);
  const id = target.id ?? NEW_ID;
  const current = target.id === null ? undefined : await reader.read(target.collection, target.id);
  const change = await tool.plan({ call, id, current, reader });
  const changes = changesOf(target.collection, id, current, change.set);
  const nothing = changes.length === 0 ? "; nothing would change" : "";
  return {
    summary: `${change.summary}${(await change.beside?.()) ?? ""}${nothing}${replacedWriters(current, changes)}`,
    output: { ...change.output, sandbox: true },
    changes,
  };
};

const prepareUndo = async (tool: SandboxTool, reader: WorldReader, call: ToolCall): Promise<JsonObject | null> => {
  if (tool.kind === "read" || call.contract.compensation === "none") return null;
  const target = tool.target(call);
  if (target.id === null) return null;
  const current = await reader.read(target.collection, target.id);
  const change = await tool.plan({ call, id: target.id, current, reader });
  return undoOf(tool, target.collection, target.id, current, change);
};

const previewUndo = async (reader: WorldReader, call: ToolCall, undo: JsonObject): Promise<Preview> => {
  const parsed = undoData.safeParse(undo);
  if (!parsed.success)
    throw new ToolFailure("nothing was stored that would tell how to undo it", { cause: parsed.error });
  const state = undoStateOf(call, parsed.data, await reader.read(parsed.data.collection, parsed.data.id));
  const changes = undoChanges(parsed.data, state);
  return { summary: undoSummary(changes.length, state.foreign.length), output: { sandbox: true }, changes };
};

const undoSummary = (changes: number, foreign: number): string => {
  if (changes === 0) return "nothing is left to undo";
  return foreign === 0
    ? `puts back ${plural(changes, "field")}`
    : `would be refused: ${foreign} of ${plural(changes, "field")} hold what somebody else wrote since`;
};
