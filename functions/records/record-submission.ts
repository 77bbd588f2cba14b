import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { Deps } from "../deps.ts";

/**
 * The first event of an execution. A crash can come between its record and this event, so whoever goes on with the
 * execution writes it as well; only the first of them does.
 */
export const recordSubmission = async (
  deps: Pick<Deps, "auditLog">,
  record: ExecutionRecord,
  idempotency_key: string | null,
): Promise<void> => {
  const { execution_id, submitted_by: actor, submitted_at: at, plan_ids, step_count, submission, definition } = record;
  const body = { plan_ids, step_count, submission: submission.digest, definition, idempotency_key };
  await deps.auditLog.begin(execution_id, "execution", { type: "submitted", at, actor, body });
};
