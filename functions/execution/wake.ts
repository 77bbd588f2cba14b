import type { Deps } from "../deps.ts";

/**
 * Ends the wait of an execution, so that Next wave reads the records again. A dead token counts as woken: the wait is
 * over. The token is removed after it was used, so that a crash between the two leaves it to be used again.
 * @returns "not_waiting" when there is no token: the execution is in the middle of a wave, or is not running.
 */
export const wake =
  (deps: Pick<Deps, "waitTokens" | "workflow">) =>
  async (execution_id: string): Promise<"woken" | "not_waiting"> => {
    const waiting = await deps.waitTokens.get(execution_id);
    if (waiting === undefined) return "not_waiting";
    await deps.workflow.wake(waiting.token, {});
    await deps.waitTokens.remove(execution_id, waiting.token);
    return "woken";
  };
