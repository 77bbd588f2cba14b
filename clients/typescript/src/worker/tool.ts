import type { Json, Work } from "../api.ts";
import { committed, failed, NoEffect, type Said, shown, words } from "./outcome.ts";

export type Arguments = { readonly [name: string]: Json };
type Call = NonNullable<Work["call"]>;

/** All that is known of a call beside its arguments. */
export type Asked = {
  readonly tool: string;
  readonly agent: string;
  readonly execution: string;
  /** Of this call, however often it is asked for: what takes keys is given it, so that nothing happens twice. */
  readonly idempotencyKey: string;
  /** Of an undoing: the key of the call that it undoes, and what that call left for it. */
  readonly undoes: string | null;
  readonly undo: Arguments | null;
  /** Aborted when the answer comes too late. */
  readonly signal: AbortSignal;
};

/** The changes that a call would make, for the person who decides it. */
export type Preview = {
  readonly summary?: string;
  readonly changes?: ReadonlyArray<{
    readonly record: string;
    readonly field: string;
    readonly old: Json;
    readonly new: Json;
  }>;
  readonly output?: Json;
};

type Act<Result> = (args: Arguments, asked: Asked) => Result | Promise<Result>;

/** The code of a tool, by what Buddy asks of it. Which of them are asked for, the contract's binding says. */
export type WorkerTool = {
  /** Does it. An error says that nobody knows whether it happened, unless it is a `NoEffect`. */
  readonly call: Act<unknown>;
  /** The tool only reads: it is made for a preview as well, and an error has no effect. */
  readonly reads?: boolean;
  readonly preview?: Act<Preview>;
  readonly previewUndo?: Act<Preview>;
  readonly undo?: Act<unknown>;
  /** Whether the call of the key happened, and what it gave. */
  readonly lookUp?: Act<
    { readonly happened: true; readonly output?: Json } | { readonly happened: false; readonly why: string }
  >;
};

const askedOf = (call: Call, signal: AbortSignal): Asked => ({
  tool: call.tool_name,
  agent: call.agent_id,
  execution: call.execution_id,
  idempotencyKey: call.idempotency_key,
  undoes: call.undoes,
  undo: call.undo,
  signal,
});

const actOf = (tool: WorkerTool, rung: Call["rung"]): Act<unknown> | undefined => {
  switch (rung) {
    case "call":
      return tool.call;
    case "preview":
      return tool.preview ?? (tool.reads === true ? tool.call : undefined);
    case "preview_undo":
      return tool.previewUndo;
    case "undo":
      return tool.undo;
    case "look_up":
      return undefined;
  }
};

const lookedUp = async (tool: WorkerTool, call: Call, asked: Asked): Promise<Said> => {
  if (tool.lookUp === undefined) return { outcome: "indeterminate", error: lacks(call) };
  const found = await tool.lookUp(call.arguments, asked);
  return found.happened ? committed(found.output) : { outcome: "rejected", error: words(found.why) };
};

const lacks = ({ rung, tool_name }: Call): string =>
  `this worker has no ${rung} for ${tool_name}: give it one, or take it out of the contract's binding`;

/** Does what is asked of a tool. @returns what came of it, whatever the tool's code throws */
export const outcomeOf = async (tool: WorkerTool, call: Call, signal: AbortSignal): Promise<Said> => {
  const acts = (call.rung === "call" && tool.reads !== true) || call.rung === "undo";
  try {
    // One that comes after its time must not begin.
    if (signal.aborted) throw new NoEffect("it came too late to begin");
    const asked = askedOf(call, signal);
    if (call.rung === "look_up") return await lookedUp(tool, call, asked);
    const act = actOf(tool, call.rung);
    if (act === undefined) throw new NoEffect(lacks(call));
    const given = await act(call.arguments, asked);
    // A preview is shown whole or not at all. An output of what was done or read is told, whatever it is.
    return act === tool.call || act === tool.undo ? committed(given) : shown(given);
  } catch (error) {
    return call.rung === "look_up" ? failedToTell(error) : failed(error, acts);
  }
};

const failedToTell = (error: unknown): Said => failed(error instanceof NoEffect ? error.message : error, true);
