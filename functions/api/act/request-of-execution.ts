import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { amend } from "../../records/amend.ts";
import { type RequestField, recordRequest } from "../../records/outbox.ts";
import { proceed } from "../../records/run-life-cycle.ts";
import { notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

export type RequestDeps = Pick<Deps, "executions" | "auditLog" | "clock" | "waker" | "workflow">;

export type Asked = { readonly by: string; readonly at: string; readonly reason: string };

/**
 * Requests of a person about a whole execution: written to its record, then to the audit, then the execution is told.
 * The record is the truth; asked again, the rest is done again, and the record keeps who asked first.
 */
export const askExecution =
  (deps: RequestDeps) =>
  async (
    execution_id: string,
    field: RequestField,
    asked: Omit<Asked, "at">,
    change: (record: ExecutionRecord, asked: Asked) => Result<ExecutionRecord, Problem>,
  ): Promise<Result<ExecutionRecord, Problem>> => {
    const request = { ...asked, at: deps.clock.now().toISOString() };
    const changed = await amend(deps)(execution_id, (record) =>
      record === undefined ? refuse(notFound(`execution ${execution_id}`)) : change(record, request),
    );
    if (!changed.ok) return changed;
    await recordRequest(deps, changed.value, field);
    if (changed.value.status === "RUNNING") await proceed(deps)(changed.value);
    return accept(changed.value);
  };
