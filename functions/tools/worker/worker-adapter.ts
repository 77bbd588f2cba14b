import type { WorkerBinding } from "../../../shared/contracts/binding/worker/worker-binding.ts";
import type { ToolAdapter } from "../../../shared/ports/tools.ts";
import type { WorkCalls } from "../../../shared/ports/work.ts";
import type { ReadingMeans, Reply, Stoppable } from "../asked/asked.ts";
import { liveAsked, previewAsked } from "../asked/asked-adapter.ts";
import { type Asked, type Asking, askWorker, askWorkerOnce } from "./ask-worker.ts";
import { lookUp } from "./look-up.ts";
import type { ReadingWorkers, Workers } from "./workers.ts";

const askingOf =
  (binding: WorkerBinding, workers: ReadingWorkers, calls: WorkCalls) =>
  ({ signal, ...call }: Stoppable): Asking => ({ binding, workers, calls, call, ...(signal && { signal }) });

const reading = (binding: WorkerBinding, workers: ReadingWorkers): ReadingMeans => {
  const asking = askingOf(binding, workers, workers.reads);
  return {
    doer: `a worker of group ${binding.group}`,
    undoer: "a worker",
    previewer: "worker",
    previews: binding.previews,
    no_previews: "the tool's workers make no previews",
    undo: binding.undo,
    look: async (call, wanted) => replyOf(await askWorker(asking(call), wanted)),
  };
};

/** DRY_RUN: asks workers for previews and what reads, and for nothing else. */
export const previewWorkerAdapter = (binding: WorkerBinding, workers: ReadingWorkers): ToolAdapter =>
  previewAsked(reading(binding, workers));

/** LIVE: hands calls to workers, and waits for their answers. */
export const liveWorkerAdapter = (binding: WorkerBinding, workers: Workers): ToolAdapter => {
  const asking = askingOf(binding, workers, workers.acts);
  return liveAsked({
    ...reading(binding, workers),
    act: async (call, wanted) => replyOf(await askWorkerOnce(asking(call), wanted)),
    lookUp: (call, side) => lookUp(asking(call), call.idempotency_key, side),
  });
};

const replyOf = (asked: Asked): Reply => {
  switch (asked.kind) {
    case "answered": {
      const { answer, by_all } = asked;
      const all = by_all === true ? { by_all } : {};
      return { kind: "answered", said: answer.said, by: answer.worker, made_by: answer.worker, ...all };
    }
    case "not_taken":
      return { kind: "not_sent", why: asked.why };
    // At once: whoever looks again finds what stopped it, or that nothing does any more.
    case "withheld":
      return { kind: "not_sent", why: asked.why, again_in_seconds: 0 };
    case "silent":
      return { kind: "silent", why: asked.why, timed_out: true };
  }
};
