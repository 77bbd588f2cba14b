import type { AuditEntry, AuditEvent } from "../../shared/audit/audit-event.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { Deps } from "../deps.ts";

/**
 * Appends what a task of the state machine did to the execution's serial chain: once, as `same` judges, and never
 * behind the end of its workflow run. A task that was given up may go on when all others are done; what it wrote then would
 * stand behind the seal.
 * @returns the event that is there, whoever wrote it; undefined when the workflow run was concluded without it
 */
export const appendInRun = async (
  { auditLog }: Pick<Deps, "auditLog">,
  { execution_id, history }: Pick<ExecutionRecord, "execution_id" | "history">,
  entry: AuditEntry,
  same: (event: AuditEvent) => boolean,
): Promise<AuditEvent | undefined> => {
  const isOver = ({ type, body }: AuditEvent): boolean => type === "concluded" && Number(body.history) >= history;
  const there = await auditLog.appendOnce(execution_id, "execution", entry, (event) => same(event) || isOver(event));
  return same(there) ? there : undefined;
};
