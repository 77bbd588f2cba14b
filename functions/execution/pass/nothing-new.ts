import type { Deps } from "../../deps.ts";
import { readExecution } from "../../records/documents.ts";
import type { PassInput } from "../../records/workflow-input.ts";
import { passAnswer } from "./pass-answer.ts";
import { waitFingerprint } from "./wait-fingerprint.ts";

export type NothingNewDeps = Pick<Deps, "executions" | "approvals" | "locks" | "settings">;

/**
 * True while an execution that waits has been told everything: `waiting.pass` is the pass that comes after the one
 * that said "wait", and what that one knew is what is known now.
 */
export const nothingNew = async (deps: NothingNewDeps, waiting: PassInput): Promise<boolean> => {
  const { execution_id, history, pass } = waiting;
  const [execution, approvals, locks, live_enabled, answer] = await Promise.all([
    readExecution(deps, execution_id),
    deps.approvals.ofExecution(execution_id),
    deps.locks.all(),
    deps.settings.liveEnabled(),
    deps.executions.passAnswer(execution_id, history, pass - 1),
  ]);
  if (answer === undefined || execution.history !== history) return false;
  return passAnswer.parse(answer).seen === waitFingerprint(execution, approvals, locks, live_enabled);
};
