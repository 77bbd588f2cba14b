import type { Deps } from "../functions/deps.ts";
import { startHistory } from "../functions/execution/reopen.ts";

/**
 * After a restart every running execution goes on in a fresh history: Next wave reads the records, settles what was
 * cut off, and waits where people are still asked. Nothing that was recorded runs twice.
 */
export const recover = async (deps: Pick<Deps, "executions" | "workflow" | "waitTokens" | "log">): Promise<number> => {
  const running = await deps.executions.running();
  let recovered = 0;
  for (const execution_id of running) {
    const execution = await deps.executions.get(execution_id);
    if (execution?.status !== "RUNNING") continue;
    // Fresh unless it has concluded: then the same history goes on to the artifacts.
    const history = execution.concluded === null ? execution.history + 1 : execution.history;
    const updated = await deps.executions.update({ ...execution, history });
    if (updated === undefined) continue;
    const lost = await deps.waitTokens.get(execution_id);
    if (lost !== undefined) await deps.waitTokens.remove(execution_id, lost.token);
    await startHistory(deps)(updated);
    recovered += 1;
  }
  if (recovered > 0) deps.log.info("executions go on after the restart", { recovered });
  return recovered;
};
