import { isCompensable } from "../../../shared/contracts/tool-contract.ts";
import { stands } from "../../../shared/execution/order/order.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { layersOf } from "../../../shared/execution/wave/roll-back-layers.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { loadWithSteps } from "../../records/load-with-steps.ts";
import { standingOf, withFreshRun } from "../../records/run-life-cycle.ts";
import { conflicting, notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";
import { type Asked, askExecution, type RequestDeps } from "./request-of-execution.ts";

type Using = RequestDeps & Pick<Deps, "steps" | "bodies">;

/** Undoes what a finished execution did and can be undone: all of it, or `depth` layers of what stands, from the end. */
export const rollBackExecution =
  (deps: Using) =>
  async (
    execution_id: string,
    asked: Omit<Asked, "at">,
    depth: number | null,
  ): Promise<Result<ExecutionRecord, Problem>> => {
    const obstacle = await whatForbids(deps, execution_id, depth);
    if (obstacle !== undefined) return refuse(obstacle);
    return askExecution(deps)(execution_id, "rollback_requested", asked, (record, request) =>
      hasEnded(record)
        ? accept({
            ...withFreshRun(record),
            rollback_requested: { ...request, depth, number: nextNumber(record) },
          })
        : refuse(notEnded(record)),
    );
  };

const hasEnded = (record: ExecutionRecord): boolean => !["RUNNING", "LOCKED"].includes(standingOf(record));

const notEnded = (record: ExecutionRecord): Problem => {
  const { execution_id, abort_requested } = record;
  if (standingOf(record) === "LOCKED") {
    return conflicting(`execution ${execution_id} is locked; resume or abort it, or settle what could not be undone`);
  }
  const otherwise =
    abort_requested === null
      ? "abort it first, or wait until it has ended"
      : "it was aborted, and ends when its calls have ended and what its roll back asks of people is decided";
  return conflicting(`execution ${execution_id} is still running; ${otherwise}`);
};

const nextNumber = ({ rollback_requested }: ExecutionRecord): number => (rollback_requested?.number ?? 0) + 1;

const whatForbids = async (deps: Using, execution_id: string, depth: number | null): Promise<Problem | undefined> => {
  const execution = await deps.executions.get(execution_id);
  if (execution === undefined) return notFound(`execution ${execution_id}`);
  if (!hasEnded(execution)) return notEnded(execution);
  const nothing = conflicting(`execution ${execution_id} did nothing that stands and can be undone`);
  if (execution.schedule === null) return nothing;
  const { schedule, index, submission, recordOf } = await loadWithSteps(deps, execution_id);
  const undoable = schedule.steps.filter((step) => {
    const contract = submission.contractOf.get(step.tool_name);
    return stands(step, recordOf(step.step_id)) && contract !== undefined && isCompensable(contract);
  });
  if (undoable.length === 0) return nothing;
  const layers = layersOf({ steps: schedule.steps, index, recordOf, number: nextNumber(execution) });
  const first = undoable.reduce(
    (least, { step_id }) => Math.min(least, layers.get(step_id) ?? 0),
    Number.POSITIVE_INFINITY,
  );
  return depth === null || depth >= first ? undefined : tooShallow(execution_id, depth, first);
};

/** Nothing would be undone, and nobody would be told why. */
const tooShallow = (execution_id: string, depth: number, first: number): Problem =>
  conflicting(
    `the last ${depth === 1 ? "layer" : `${depth} layers`} of what stands of execution ${execution_id} cannot be undone; what can be begins at depth ${first}`,
  );
