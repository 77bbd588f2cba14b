import { checkCall } from "../../shared/contracts/check-call.ts";
import { filledTemplate, namedUndo, waitsForOutput } from "../../shared/contracts/compensation-template.ts";
import type { Compensation, ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { CallOutcome, LookUp } from "../../shared/execution/call-outcome.ts";
import type { Json, JsonObject } from "../../shared/plan/json.ts";
import { type LiveToolCall, type ToolAdapter, type ToolCall, ToolFailure } from "../../shared/ports/tools.ts";

export type NamedTool = {
  readonly adapter: ToolAdapter;
  /** Whether what this very call wrote still stands somewhere. */
  readonly hasWritten: (call: ToolCall) => Promise<boolean>;
};

/** Another tool, by its contract. */
export type ToolOf = (contract: ToolContract) => NamedTool;

export type NamedCompensation = Exclude<Compensation, "none" | "adapter">;

/** Of a compensation by another tool, what DRY_RUN may do: prepare and preview it. */
export const withNamedUndoPreviews = (adapter: ToolAdapter, named: NamedCompensation, toolOf: ToolOf): ToolAdapter => ({
  ...adapter,
  prepareUndo: async (call) => undoFor(named, call),
  previewUndo: async (call, undo) => {
    const found = undoingCall(toolOf, call, undo);
    if (!found.ok) throw new ToolFailure(found.why);
    if (!(await found.tool.hasWritten(found.call))) return found.tool.adapter.preview(found.call);
    const summary = `nothing is left to undo: ${found.call.contract.tool_name} was called`;
    return { summary, output: { sandbox: true }, changes: [] };
  },
});

/**
 * Undoes by calling the tool that the contract names, as the execution pinned it. It makes that call under the
 * compensation's own idempotency key; whether the value is still ours is the named tool's business, for only it knows
 * its service.
 */
export const withNamedCompensation = (adapter: ToolAdapter, named: NamedCompensation, toolOf: ToolOf): ToolAdapter => ({
  ...withNamedUndoPreviews(adapter, named, toolOf),
  call: async (call) => withUndo(await adapter.call(call), (output) => undoFor(named, call, output)),
  compensate: (call, undo) => compensate(toolOf, call, undo),
  lookUp: async (call, side) =>
    side === "forward"
      ? withUndoFound(await adapter.lookUp(call, side), (output) => undoFor(named, call, output))
      : lookUpUndo(toolOf, call, undoFor(named, call)),
});

const undoFor = (named: NamedCompensation, call: ToolCall, output?: Json): JsonObject => ({
  tool_name: named.tool_name,
  arguments: filledTemplate(named.arguments, call.arguments, output),
});

const withUndo = (outcome: CallOutcome, undoFor: (output: Json) => JsonObject): CallOutcome =>
  outcome.kind === "committed" ? { ...outcome, undo: undoFor(outcome.output) } : outcome;

const withUndoFound = (found: LookUp, undoFor: (output: Json) => JsonObject): LookUp =>
  found.kind === "happened" ? { ...found, undo: undoFor(found.output) } : found;

const compensate = async (toolOf: ToolOf, call: LiveToolCall, undo: JsonObject): Promise<CallOutcome> => {
  const found = undoingCall(toolOf, call, undo);
  if (!found.ok) return { kind: "rejected", error: found.why };
  const outcome = await found.tool.adapter.call(found.call);
  return outcome.kind === "committed" ? { ...outcome, undo: null } : outcome;
};

const lookUpUndo = async (toolOf: ToolOf, call: LiveToolCall, undo: JsonObject): Promise<LookUp> => {
  const found = undoingCall(toolOf, call, undo);
  if (!found.ok) return { kind: "unknown", why: found.why };
  const answer = await found.tool.adapter.lookUp(found.call, "forward");
  return answer.kind === "happened" ? { ...answer, undo: null } : answer;
};

type Undoing<Call> =
  | { readonly ok: true; readonly call: Call; readonly tool: NamedTool }
  | { readonly ok: false; readonly why: string };

const undoingCall = <Call extends ToolCall>(toolOf: ToolOf, call: Call, undo: JsonObject): Undoing<Call> => {
  const parsed = namedUndo.safeParse(undo);
  if (!parsed.success) return { ok: false, why: "nothing was stored that would tell how to undo it" };
  const { tool_name, arguments: args } = parsed.data;
  if (waitsForOutput(args)) {
    return { ok: false, why: `${tool_name} needs the output of the call that it is to undo, which is not known` };
  }
  const { undoing: contract } = call;
  if (contract?.tool_name !== tool_name) {
    return { ok: false, why: `there was no tool ${tool_name} to undo it with when the plan was submitted` };
  }
  const violations = checkCall(contract, args);
  if (violations.length > 0) {
    const faults = violations.map(({ path, message }) => `${path} ${message}`.trim()).join("; ");
    return { ok: false, why: `${tool_name} cannot be called to undo it: ${faults}` };
  }
  // The author of what it writes is told apart from the author of what it undoes.
  const agent_id = `${call.agent_id}, undoing`;
  return { ok: true, tool: toolOf(contract), call: { ...call, contract, arguments: args, agent_id } };
};
