import { writes } from "../../../shared/contracts/tool-contract.ts";
import type { CallOutcome } from "../../../shared/execution/call-outcome.ts";
import type { LiveToolCall, ToolAdapter, ToolCall } from "../../../shared/ports/tools.ts";
import { mockDeclared } from "../declared/declared-adapter.ts";
import { type ActingMeans, broughtBy, type ReadingMeans, type Reply, type Wanted } from "./asked.ts";
import { previewRead, previewUndo, previewWrite } from "./preview.ts";

const canUndo = ({ undo }: ReadingMeans, { contract }: ToolCall): boolean =>
  undo && contract.compensation === "adapter";

/** DRY_RUN: asks a team's own code for previews and what reads, and for nothing else. */
export const previewAsked = (means: ReadingMeans): ToolAdapter => ({
  ...mockDeclared(),
  preview: (call) => (writes(call.contract) ? previewWrite(means, call) : previewRead(means, call)),
  // The values for undoing are those that the call's outcome tells; that it can be undone is known before.
  prepareUndo: async (call) => (canUndo(means, call) ? {} : null),
  previewUndo: (call, undo) => previewUndo(means, call, undo),
});

/** LIVE: asks it to act, and waits for its answers. */
export const liveAsked = (means: ActingMeans): ToolAdapter => {
  const make = async (call: LiveToolCall, wanted: Omit<Wanted, "key">): Promise<CallOutcome> => {
    if (call.signal.aborted) return { kind: "rejected", error: "stopped before anything was sent", unsent: true };
    return outcomeOf(await means.act(call, { ...wanted, key: call.idempotency_key }));
  };
  return {
    ...previewAsked(means),
    call: async (call) => {
      const outcome = await make(call, { rung: "call", side: "forward", undo: null });
      return outcome.kind === "committed" && !canUndo(means, call) ? { ...outcome, undo: null } : outcome;
    },
    compensate: async (call, undo) => {
      if (canUndo(means, call)) return make(call, { rung: "undo", side: "compensation", undo });
      return { kind: "rejected", error: `${call.contract.tool_name} cannot be undone: its contract names no undo` };
    },
    lookUp: async (call, side) => (writes(call.contract) ? means.lookUp(call, side) : { kind: "did_not_happen" }),
  };
};

const outcomeOf = (reply: Reply): CallOutcome => {
  switch (reply.kind) {
    case "not_sent": {
      const { why, kind: _, passing: _asked_once, ...push } = reply;
      return { kind: "rejected", error: why, unsent: true, ...push };
    }
    case "silent": {
      const { why, kind: _, passing: _asked_once, timed_out: _late, ...push } = reply;
      return { kind: "indeterminate", error: why, ...push };
    }
    case "answered": {
      if (reply.said.outcome === "committed") {
        const { said, made_by } = reply;
        return { kind: "committed", ...broughtBy(said), ...(made_by !== undefined && { made_by }) };
      }
      const error = `${reply.by}: ${reply.said.error}`;
      if (reply.said.outcome === "indeterminate") return { kind: "indeterminate", error, answered: true };
      return { kind: "rejected", error, ...(reply.by_all === true ? { of_every_sending: true } : {}) };
    }
  }
};
