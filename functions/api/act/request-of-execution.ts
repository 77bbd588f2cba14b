import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { Contended } from "../../../shared/ports/contention.ts";
import type { Deps } from "../../deps.ts";
import { amend } from "../../records/amend.ts";
import { type RequestField, recordRequest } from "../../records/outbox.ts";
import { stillToBeWritten } from "../../records/pending-stops.ts";
import { proceed } from "../../records/run-life-cycle.ts";
import { notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

export type RequestDeps = Pick<Deps, "executions" | "auditLog" | "clock" | "log" | "waker" | "workflow">;

export type Asked = { readonly by: string; readonly at: string; readonly reason: string };

export type Standing = {
  readonly execution: ExecutionRecord;
  /** Words for the answer, where the request stands and is not in the audit yet. */
  readonly warning: string | undefined;
};

/**
 * Requests of a person about a whole execution: written to its record, then to the audit, then the execution is told.
 * The record is the truth; asked again, the rest is done again, and the record keeps who asked first.
 */
export const askStanding =
  (deps: RequestDeps) =>
  async (
    execution_id: string,
    field: RequestField,
    asked: Omit<Asked, "at">,
    change: (record: ExecutionRecord, asked: Asked) => Result<ExecutionRecord, Problem>,
  ): Promise<Result<Standing, Problem>> => {
    const request = { ...asked, at: deps.clock.now().toISOString() };
    const changed = await amend(deps)(execution_id, (record) =>
      record === undefined ? refuse(notFound(`execution ${execution_id}`)) : change(record, request),
    );
    if (!changed.ok) return changed;
    const execution = changed.value;
    const warning = await recordOrLeave(deps, execution, field);
    if (execution.status === "RUNNING") await proceed(deps)(execution);
    return accept({ execution, warning });
  };

/** The same, of what stops nothing: who drains the outbox writes what the audit could not take, and nobody is told. */
export const askExecution =
  (deps: RequestDeps) =>
  async (...asked: Parameters<ReturnType<typeof askStanding>>): Promise<Result<ExecutionRecord, Problem>> => {
    const standing = await askStanding(deps)(...asked);
    return standing.ok ? accept(standing.value.execution) : standing;
  };

/**
 * The request stands, and the record is the outbox of its event: that others take every place in the chain is no reason
 * to answer as if it did not. One that stops is told to the execution whatever keeps its event from the chain.
 */
const recordOrLeave = async (
  deps: RequestDeps,
  execution: ExecutionRecord,
  field: RequestField,
): Promise<string | undefined> => {
  try {
    await recordRequest(deps, execution, field);
    return undefined;
  } catch (error) {
    if (field !== "abort_requested" && !(error instanceof Contended)) throw error;
    const { execution_id } = execution;
    deps.log.error("a request about an execution holds, and is not in the audit yet", { execution_id, field }, error);
    return stillToBeWritten(error, true);
  }
};
