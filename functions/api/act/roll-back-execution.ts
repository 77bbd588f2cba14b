import { isCompensable } from "../../../shared/contracts/tool-contract.ts";
import type { ExecutionRecord } from "../../../shared/execution/execution-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { loadExecution } from "../../execution/documents.ts";
import { reopened, standingOf } from "../../execution/reopen.ts";
import { conflicting, notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { type Asked, askExecution, type RequestDeps } from "./request-of-execution.ts";

type Using = RequestDeps & Pick<Deps, "steps" | "bodies">;

/** Undoes what a finished execution did and can be undone: all of it, or `depth` layers of dependency from the end. */
export const rollBackExecution =
  (deps: Using) =>
  async (
    execution_id: string,
    asked: Omit<Asked, "at">,
    depth: number | null,
  ): Promise<Result<ExecutionRecord, Problem>> => {
    const obstacle = await whatForbids(deps, execution_id);
    if (obstacle !== undefined) return refuse(obstacle);
    return askExecution(deps)(execution_id, "rollback_requested", asked, (record, request) =>
      hasEnded(record)
        ? accept({
            ...reopened(record),
            rollback_requested: { ...request, depth, number: (record.rollback_requested?.number ?? 0) + 1 },
          })
        : refuse(notEnded(record)),
    );
  };

const hasEnded = (record: ExecutionRecord): boolean => !["RUNNING", "LOCKED"].includes(standingOf(record));

const notEnded = (record: ExecutionRecord): Problem =>
  conflicting(
    standingOf(record) === "RUNNING"
      ? `execution ${record.execution_id} is still running; abort it first, or wait until it has ended`
      : `execution ${record.execution_id} is locked; resume or abort it, or settle what could not be undone`,
  );

const whatForbids = async (deps: Using, execution_id: string): Promise<Problem | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined) return notFound(`execution ${execution_id}`);
  if (!hasEnded(execution)) return notEnded(execution);
  const nothing = conflicting(`execution ${execution_id} did nothing that stands and can be undone`);
  if (execution.schedule === null) return nothing;
  const [{ schedule, submission }, records] = await Promise.all([
    loadExecution(deps, execution_id),
    deps.steps.all(execution_id),
  ]);
  const standing = new Set(
    records
      .filter(({ committed, state, phase }) => committed && state === "LIVE" && phase === "finished")
      .map(({ step_id }) => step_id),
  );
  const undoable = schedule.steps.some(({ step_id, tool_name, writes }) => {
    const contract = submission.contractOf.get(tool_name);
    return writes && standing.has(step_id) && contract !== undefined && isCompensable(contract);
  });
  return undoable ? undefined : nothing;
};
