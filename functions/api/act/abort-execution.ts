import type { ExecutionRecord } from "../../../shared/execution/execution-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { reopened, standingOf } from "../../execution/reopen.ts";
import { conflicting } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { type Asked, askExecution, type RequestDeps } from "./request-of-execution.ts";

/** One that is running, or that a lock holds; nothing new starts, and a call that runs ends first. */
const aborted = (record: ExecutionRecord, asked: Asked): Result<ExecutionRecord, Problem> => {
  const standing = standingOf(record);
  if (standing !== "RUNNING" && standing !== "LOCKED") {
    return refuse(conflicting(`execution ${record.execution_id} has ended: ${standing}`));
  }
  if (standing === "RUNNING" && record.abort_requested !== null) return accept(record);
  return accept({ ...reopened(record), abort_requested: record.abort_requested ?? asked });
};

export const abortExecution =
  (deps: RequestDeps) =>
  (execution_id: string, asked: Omit<Asked, "at">): Promise<Result<ExecutionRecord, Problem>> =>
    askExecution(deps)(execution_id, "abort_requested", asked, aborted);
