import { type ExecutionRecord, resumesOf } from "../../../shared/execution/execution-record.ts";
import { locksOn } from "../../../shared/execution/step-locks.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { loadExecution } from "../../records/documents.ts";
import { reopened, standingOf } from "../../records/reopen.ts";
import { conflicting, notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { type Asked, askExecution, type RequestDeps } from "./request-of-execution.ts";

type Using = RequestDeps & Pick<Deps, "steps" | "locks" | "bodies">;

/**
 * Takes up the steps that a lock held and none holds any more; those another lock still holds stay where they are.
 * Refused where nothing is locked, and where a lock still applies to everything that is.
 */
export const resumeExecution =
  (deps: Using) =>
  async (execution_id: string, asked: Omit<Asked, "at">): Promise<Result<ExecutionRecord, Problem>> => {
    const obstacle = await whatHolds(deps, execution_id);
    if (obstacle !== undefined) return refuse(obstacle);
    return askExecution(deps)(execution_id, "resume_requested", asked, (record, request) =>
      accept({ ...reopened(record), resume_requested: { ...request, number: resumesOf(record) + 1 } }),
    );
  };

const whatHolds = async (deps: Using, execution_id: string): Promise<Problem | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined) return notFound(`execution ${execution_id}`);
  const standing = standingOf(execution);
  if (standing !== "RUNNING" && standing !== "LOCKED") {
    return conflicting(`execution ${execution_id} has ended: ${standing}`);
  }
  const nothingLocked = conflicting(`no step of execution ${execution_id} is held by a lock`);
  if (execution.schedule === null) return nothingLocked;
  const [{ schedule, submission }, records, locks] = await Promise.all([
    loadExecution(deps, execution_id),
    deps.steps.all(execution_id),
    deps.locks.all(),
  ]);
  const byId = new Map(records.map((record) => [record.step_id, record]));
  const held = schedule.steps.flatMap((step) => {
    const record = byId.get(step.step_id);
    const resumable = record?.state === "LOCKED" && (record.phase === "open" || record.phase === "undo_frozen");
    const contract = submission.contractOf.get(step.tool_name);
    return resumable ? [locksOn(locks, execution_id, step, record, contract)[0]] : [];
  });
  if (held.length === 0) return nothingLocked;
  const [lock] = held;
  return lock === undefined || held.includes(undefined)
    ? undefined
    : conflicting(`lock ${lock.lock_id} of ${lock.locked_by} still applies (${lock.reason}); unlock first`);
};
