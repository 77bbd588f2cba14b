import { type ExecutionRecord, resumesOf } from "../../../shared/execution/record/execution-record.ts";
import { nameWithId } from "../../../shared/plan/called.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { calledNow } from "../../records/called-now.ts";
import { standingOf, withFreshRun } from "../../records/run-life-cycle.ts";
import { conflicting, notFound } from "../http/problems.ts";
import { type HoldDeps, holdOn } from "../read/held-executions.ts";
import type { Problem } from "../schemas.ts";
import { type Asked, askExecution, type RequestDeps } from "./request-of-execution.ts";

export type ResumeDeps = RequestDeps & HoldDeps & Pick<Deps, "callerNames">;

/**
 * Takes up the steps that a lock held and none holds any more; those another lock still holds stay where they are.
 * Refused where nothing is locked, and where a lock still applies to everything that is.
 */
export const resumeExecution =
  (deps: ResumeDeps) =>
  async (execution_id: string, asked: Omit<Asked, "at">): Promise<Result<ExecutionRecord, Problem>> => {
    const obstacle = await whatHolds(deps, execution_id);
    if (obstacle !== undefined) return refuse(obstacle);
    return askExecution(deps)(execution_id, "resume_requested", asked, (record, request) =>
      accept({ ...withFreshRun(record), resume_requested: { ...request, number: resumesOf(record) + 1 } }),
    );
  };

const whatHolds = async (deps: ResumeDeps, execution_id: string): Promise<Problem | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined) return notFound(`execution ${execution_id}`);
  const standing = standingOf(execution);
  if (standing !== "RUNNING" && standing !== "LOCKED") {
    return conflicting(`execution ${execution_id} has ended: ${standing}`);
  }
  const hold = await holdOn(deps, execution, await deps.locks.all());
  if (hold === undefined) return conflicting(`no step of execution ${execution_id} is held by a lock`);
  const { lock } = hold;
  if (lock === undefined) return undefined;
  const who = nameWithId(await calledNow(deps), lock.locked_by);
  return conflicting(`lock ${lock.lock_id} of ${who} still applies (${lock.reason}); unlock first`);
};
