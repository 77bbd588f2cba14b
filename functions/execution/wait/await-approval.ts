import { z } from "zod";
import type { Deps } from "../../deps.ts";
import { passInput } from "../../records/workflow-input.ts";
import { type NothingNewDeps, nothingNew } from "../pass/nothing-new.ts";

const awaitInput = passInput.extend({ wait_seconds: z.number(), task_token: z.string().min(1) });

export type AwaitDeps = NothingNewDeps & Pick<Deps, "log" | "waitTokens" | "workflow">;

/**
 * Stores the execution's one task token. A decision between Next wave's answer and this moment found no token to
 * wake, so it is looked at once more: where anything has changed since, the token wakes itself. A failure wakes it
 * too, because a token that nobody stored would wait for its timeout.
 */
export const awaitApproval =
  (deps: AwaitDeps) =>
  async (input: unknown): Promise<void> => {
    const asked = awaitInput.parse(input);
    const { execution_id, task_token } = asked;
    try {
      await deps.waitTokens.put(execution_id, task_token, asked.pass);
      if (await nothingNew(deps, asked)) return;
    } catch (error) {
      deps.log.error("the wait could not be recorded: woken to try again", {}, error);
    }
    await deps.workflow.wake(task_token, {});
  };
