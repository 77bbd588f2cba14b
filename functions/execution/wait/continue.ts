import type { Deps } from "../../deps.ts";
import { amendFound } from "../../records/amend.ts";
import { startRun } from "../../records/run-life-cycle.ts";
import { workflowRun } from "../../records/workflow-input.ts";

export type ContinueDeps = Pick<Deps, "executions" | "workflow">;

/**
 * Takes the execution up in a fresh workflow run. Repeated, it finds the number raised and the run started: names are
 * unique, so one workflow run follows another once.
 */
export const continueInFreshRun =
  (deps: ContinueDeps) =>
  async (input: unknown): Promise<{ execution_id: string; history: number }> => {
    const asked = workflowRun.parse(input);
    const next = asked.history + 1;
    const execution = await amendFound(deps)(asked.execution_id, (found) =>
      found.history < next ? { ...found, history: next } : found,
    );
    await startRun(deps)({ ...execution, history: next });
    return { execution_id: asked.execution_id, history: next };
  };
