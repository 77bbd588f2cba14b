import type { WorkerBinding } from "../../../shared/contracts/binding/worker/worker-binding.ts";
import { writes } from "../../../shared/contracts/tool-contract.ts";
import type { LedgerSide } from "../../../shared/execution/ledger-row.ts";
import type { WorkRung } from "../../../shared/execution/work.ts";
import type { CallOutcome, LiveToolCall, ToolAdapter, ToolCall } from "../../../shared/ports/tools.ts";
import { mockDeclared } from "../declared/declared-adapter.ts";
import { type Asked, type Asking, askWorkerOnce } from "./ask-worker.ts";
import { lookUp } from "./look-up.ts";
import { previewRead, previewUndo, previewWrite } from "./preview.ts";
import type { ReadingWorkers, Workers } from "./workers.ts";

const canUndo = (binding: WorkerBinding, { contract }: ToolCall): boolean =>
  binding.undo && contract.compensation === "adapter";

/** DRY_RUN: asks workers for previews and what reads, and for nothing else. */
export const previewWorkerAdapter = (binding: WorkerBinding, workers: ReadingWorkers): ToolAdapter => {
  const asking = (call: ToolCall): Asking => ({ binding, workers, calls: workers.reads, call });
  return {
    ...mockDeclared(),
    preview: (call) => (writes(call.contract) ? previewWrite(asking(call)) : previewRead(asking(call))),
    // The values for undoing are those that the call's outcome tells; that it can be undone is known before.
    prepareUndo: async (call) => (canUndo(binding, call) ? {} : null),
    previewUndo: (call, undo) => previewUndo(asking(call), undo),
  };
};

/** LIVE: hands calls to workers, and waits for their answers. */
export const liveWorkerAdapter = (binding: WorkerBinding, workers: Workers): ToolAdapter => {
  const asking = (call: LiveToolCall): Asking => ({
    binding,
    workers,
    calls: workers.acts,
    call,
    signal: call.signal,
  });
  const make = async (call: LiveToolCall, rung: WorkRung, side: LedgerSide, undo: LiveToolCall["arguments"] | null) => {
    if (call.signal.aborted) return { kind: "rejected", error: STOPPED, unsent: true } as const;
    return outcomeOf(await askWorkerOnce(asking(call), { rung, side, key: call.idempotency_key, undo }));
  };
  return {
    ...previewWorkerAdapter(binding, workers),
    call: async (call) => {
      const outcome = await make(call, "call", "forward", null);
      return outcome.kind === "committed" && !canUndo(binding, call) ? { ...outcome, undo: null } : outcome;
    },
    compensate: async (call, undo) => {
      if (canUndo(binding, call)) return make(call, "undo", "compensation", undo);
      return { kind: "rejected", error: `${call.contract.tool_name} cannot be undone: its contract names no undo` };
    },
    lookUp: async (call, side) =>
      writes(call.contract) ? lookUp(asking(call), call.idempotency_key, side) : { kind: "did_not_happen" },
  };
};

const STOPPED = "stopped before anything was sent";

const outcomeOf = (asked: Asked): CallOutcome => {
  if (asked.kind === "not_taken") return { kind: "rejected", error: asked.why, unsent: true };
  if (asked.kind === "silent") return { kind: "indeterminate", error: asked.why };
  const { said, worker } = asked.answer;
  if (said.outcome === "committed") return { kind: "committed", output: said.output, undo: said.undo };
  return { kind: said.outcome, error: `${worker}: ${said.error}` };
};
