import type { JsonObject } from "../../../shared/plan/json.ts";
import type { ToolCall } from "../../../shared/ports/tools.ts";
import type { MockSeed } from "../mock-seed.ts";
import type { WorldReader, WorldRecord } from "../world/world.ts";

/** The id of a record that a preview would create. An update of it can be previewed too, for rehearsing a whole plan. */
export const NEW_ID = "(new)";

/** The parts of one reading tool, for MOCK, DRY_RUN and LIVE. */
export type ReadingTool = {
  readonly kind: "read";
  /** The sandbox knows nothing of its service: what it returns is made up. */
  readonly made_up?: true;
  mock(args: JsonObject, seed: MockSeed): JsonObject;
  /** @throws ToolFailure when what is to be read is not there. */
  read(call: ToolCall, reader: WorldReader): Promise<JsonObject>;
  summary(output: JsonObject, call: ToolCall): string;
};

/**
 * The one record that a call writes; without an id, a new one whose id begins with `prefix`. A new record stays: only a
 * tool that changes one which is there can have `compensation: "adapter"` in its contract.
 */
export type Target =
  | { readonly collection: string; readonly id: string }
  | { readonly collection: string; readonly id: null; readonly prefix: string };

/** The change that a call would make to its record: from here preview and call go the same way. */
export type Change = {
  /** Fields with their new values; other fields stay. */
  readonly set: JsonObject;
  readonly output: JsonObject;
  readonly summary: string;
  /** Words that a preview adds to its summary, about other records: a call does not read those. */
  readonly beside?: () => Promise<string>;
};

export type Planning = {
  readonly call: ToolCall;
  /** The record's id; NEW_ID in the preview of a create. */
  readonly id: string;
  readonly current: WorldRecord | undefined;
  readonly reader: WorldReader;
};

/** The parts of one writing tool, for MOCK, DRY_RUN and LIVE. */
export type WritingTool = {
  readonly kind: "write";
  /** As of a read: its write goes into a journal of the sandbox, and no service answers. */
  readonly made_up?: true;
  mock(args: JsonObject, seed: MockSeed): JsonObject;
  target(call: ToolCall): Target;
  /** @throws ToolFailure when the call cannot be made as it stands. */
  plan(planning: Planning): Promise<Change>;
  /** Fields to set when it is undone; without it, undoing restores the values that stood there before. */
  readonly undone?: JsonObject;
};

export type SandboxTool = ReadingTool | WritingTool;
