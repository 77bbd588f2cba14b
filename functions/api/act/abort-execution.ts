import { callsWithin } from "../../../shared/execution/lock/lock.ts";
import { mayRollBack } from "../../../shared/execution/outcome/may-roll-back.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { InFlight } from "../../../shared/ports/coordination.ts";
import type { Deps } from "../../deps.ts";
import { standingOf, withFreshRun } from "../../records/run-life-cycle.ts";
import { conflicting } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { type Asked, askStanding, type RequestDeps, type Standing } from "./request-of-execution.ts";

/** One that is running, or that a lock holds; nothing new starts, and a call that runs ends first. */
const aborted = (record: ExecutionRecord, asked: Asked): Result<ExecutionRecord, Problem> => {
  const standing = standingOf(record);
  if (standing !== "RUNNING" && standing !== "LOCKED") {
    return refuse(conflicting(`execution ${record.execution_id} has ended: ${standing}`));
  }
  if (standing === "RUNNING" && record.abort_requested !== null) return accept(record);
  return accept({ ...withFreshRun(record), abort_requested: record.abort_requested ?? asked });
};

/** Said where it may be one, since a roll back makes calls after the answer that are not in its list. */
const ROLL_BACK_GOES_ON =
  "a roll back of it that is under way goes on, with calls that are not listed here; a lock in the mode freeze_all holds it";

export type Aborted = Standing & { readonly can_still_run: readonly InFlight[] };

/**
 * Stops an execution, and answers with its calls that can still run. The order is the promise, as a lock's is: the
 * request is written, then the calls in flight are read; a call whose row is not among them reads the request before
 * it is sent. A roll back that is under way goes on.
 */
export const abortExecution =
  (deps: RequestDeps & Pick<Deps, "inFlightCalls" | "steps">) =>
  async (execution_id: string, asked: Omit<Asked, "at">): Promise<Result<Aborted, Problem>> => {
    const request = await askStanding(deps)(execution_id, "abort_requested", asked, aborted);
    if (!request.ok) return request;
    const can_still_run = callsWithin({ kind: "execution", execution_id }, await deps.inFlightCalls.all());
    const { execution, warning } = request.value;
    const undoes = can_still_run.some(({ side }) => side === "compensation") || (await mayBeUndoing(deps, execution));
    const careful = [warning ?? [], undoes ? ROLL_BACK_GOES_ON : []].flat();
    return accept({ execution, warning: careful.length === 0 ? undefined : careful.join("; "), can_still_run });
  };

/** A person asked for it, a plan of it failed, or its records cannot be read: then nobody knows. */
const mayBeUndoing = async (
  { steps, log }: Pick<Deps, "steps" | "log">,
  { execution_id, config, rollback_requested }: ExecutionRecord,
): Promise<boolean> => {
  if (rollback_requested !== null) return true;
  if (!config.enable_rollback_on_failure) return false;
  try {
    return mayRollBack(await steps.all(execution_id));
  } catch (error) {
    log.error("nobody could read whether what is aborted is being undone", { execution_id }, error);
    return true;
  }
};
