import type { Deps } from "../../deps.ts";
import { readExecution } from "../../records/documents.ts";
import { startHistory } from "../../records/reopen.ts";
import { historyInput } from "../../records/workflow-input.ts";

export type ContinueDeps = Pick<Deps, "executions" | "workflow">;

/**
 * Takes the execution up in a fresh history. Repeated, it finds the number raised and the run started: names are
 * unique, so one history follows another once.
 */
export const continueInFreshHistory =
  (deps: ContinueDeps) =>
  async (input: unknown): Promise<{ execution_id: string; history: number }> => {
    const asked = historyInput.parse(input);
    const next = asked.history + 1;
    let execution = await readExecution(deps, asked.execution_id);
    while (execution.history < next) {
      if ((await deps.executions.update({ ...execution, history: next })) !== undefined) break;
      execution = await readExecution(deps, asked.execution_id);
    }
    await startHistory(deps)({ ...execution, history: next });
    return { execution_id: asked.execution_id, history: next };
  };
