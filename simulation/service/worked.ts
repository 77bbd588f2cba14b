import { liveWorkerAdapter } from "../../functions/tools/worker/worker-adapter.ts";
import type { Workers } from "../../functions/tools/worker/workers.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { ToolAdapter } from "../../shared/ports/tools.ts";

/** The group of the workers that do the calls of the service's tools. */
export const GROUP = "simulated";

/** The tools that workers do, one for every way in which an unknown outcome is resolved, where a schedule has workers. */
export const WORKED: readonly string[] = ["put_asked_about", "put_with_key", "put_opaque", "make"];

/** The same tool, whose calls are fetched: what only looks at the service is still answered by it. */
export const worked = (adapter: ToolAdapter, { outcome_resolution }: ToolContract, means: Workers): ToolAdapter => {
  const looks_up = outcome_resolution === "QUERYABLE";
  const binding = { kind: "worker", group: GROUP, previews: false, undo: true, looks_up } as const;
  const { call, compensate, lookUp } = liveWorkerAdapter(binding, means);
  return { ...adapter, call, compensate, lookUp };
};
