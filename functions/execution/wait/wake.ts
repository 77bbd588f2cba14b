import pMap from "p-map";
import { z } from "zod";
import type { Waker } from "../../../shared/ports/workflow.ts";
import type { Deps } from "../../deps.ts";

export type WakeDeps = Pick<Deps, "waitTokens" | "workflow">;

const WOKEN_AT_A_TIME = 16;

/**
 * Ends the wait of an execution, so that Next wave reads the records again. The token is removed after it was used, so
 * that a crash between the two leaves it to be used again.
 * @returns "not_waiting" when there is no token, or one whose wait is over already (it timed out, or was woken by who
 * did not live to remove it): the execution is in the middle of a wave, or is not running.
 */
export const wake =
  (deps: WakeDeps) =>
  async (execution_id: string): Promise<"woken" | "not_waiting"> => {
    const waiting = await deps.waitTokens.get(execution_id);
    if (waiting === undefined) return "not_waiting";
    const woken = await deps.workflow.wake(waiting.token, {});
    await deps.waitTokens.remove(execution_id, waiting.token);
    return woken === "woken" ? "woken" : "not_waiting";
  };

/** Wakes by itself: where the same process may read the tokens. */
export const waker = (deps: WakeDeps): Waker => ({
  wake: async (execution_ids) => {
    const wakeOne = async (id: string) => ((await wake(deps)(id)) === "woken" ? [id] : []);
    return new Set((await pMap(execution_ids, wakeOne, { concurrency: WOKEN_AT_A_TIME })).flat());
  },
});

const wakeInput = z.object({ execution_ids: z.array(z.string()) });

/** Wake: the one function that may read task tokens; it is told ids and tells ids. */
export const wakeMany =
  (deps: WakeDeps) =>
  async (input: unknown): Promise<{ woken: string[] }> => {
    const { execution_ids } = wakeInput.parse(input);
    return { woken: [...(await waker(deps).wake(execution_ids))] };
  };
