import { z } from "zod";
import type { Deps } from "../deps.ts";
import { readExecution } from "./documents.ts";
import { passAnswer } from "./pass-answer.ts";
import { seenDigest } from "./seen.ts";
import { type PassInput, passInput } from "./workflow-input.ts";

const awaitInput = passInput.extend({ wait_seconds: z.number(), task_token: z.string().min(1) });

export type AwaitDeps = Pick<Deps, "log" | "executions" | "approvals" | "waitTokens" | "workflow" | "locks">;

/**
 * Stores the execution's one task token. What was decided between Next wave's answer and this moment found no token to
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
      deps.log.error("the wait could not be recorded: woken to try again", { execution_id, error: String(error) });
    }
    await deps.workflow.wake(task_token, {});
  };

const nothingNew = async (deps: AwaitDeps, asked: PassInput): Promise<boolean> => {
  const { execution_id, history, pass } = asked;
  const [execution, approvals, locks, answer] = await Promise.all([
    readExecution(deps, execution_id),
    deps.approvals.ofExecution(execution_id),
    deps.locks.all(),
    deps.executions.passAnswer(execution_id, history, pass - 1),
  ]);
  if (answer === undefined || execution.history !== history) return false;
  return passAnswer.parse(answer).seen === seenDigest(execution, approvals, locks);
};
