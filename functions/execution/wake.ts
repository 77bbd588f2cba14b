import type { Deps } from "../deps.ts";

/**
 * Ends the wait of an execution, so that Next wave reads the records again. The token is removed after it was used, so
 * that a crash between the two leaves it to be used again.
 * @returns "not_waiting" when there is no token, or one whose wait is over already (it timed out, or was woken by who
 * did not live to remove it): the execution is in the middle of a wave, or is not running.
 */
export const wake =
  (deps: Pick<Deps, "waitTokens" | "workflow">) =>
  async (execution_id: string): Promise<"woken" | "not_waiting"> => {
    const waiting = await deps.waitTokens.get(execution_id);
    if (waiting === undefined) return "not_waiting";
    const woken = await deps.workflow.wake(waiting.token, {});
    await deps.waitTokens.remove(execution_id, waiting.token);
    return woken === "woken" ? "woken" : "not_waiting";
  };
