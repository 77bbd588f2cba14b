import type { ExecutionRecord } from "../../../shared/execution/execution-record.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { amend } from "../../execution/amend.ts";
import { proceed } from "../../execution/reopen.ts";
import { notFound } from "../http/problems.ts";
import type { Problem } from "../schemas.ts";

export type RequestDeps = Pick<Deps, "executions" | "auditLog" | "clock" | "waitTokens" | "workflow">;

export type Asked = { readonly by: string; readonly at: string; readonly reason: string };

/**
 * What a person asks of a whole execution: written to its record, then to the audit, then the execution is told. The
 * record is the truth; asked again, the rest is done again, and the record keeps who asked first.
 */
export const askExecution =
  (deps: RequestDeps) =>
  async (
    execution_id: string,
    type: string,
    asked: Omit<Asked, "at">,
    change: (record: ExecutionRecord, asked: Asked) => Result<ExecutionRecord, Problem>,
  ): Promise<Result<ExecutionRecord, Problem>> => {
    const request = { ...asked, at: deps.clock.now().toISOString() };
    const changed = await amend(deps)(execution_id, (record) =>
      record === undefined ? refuse(notFound(`execution ${execution_id}`)) : change(record, request),
    );
    if (!changed.ok) return changed;
    const { history, status } = changed.value;
    await deps.auditLog.append(execution_id, "execution", {
      type,
      at: request.at,
      actor: asked.by,
      body: { reason: asked.reason, history },
    });
    if (status === "RUNNING") await proceed(deps)(changed.value);
    return accept(changed.value);
  };
