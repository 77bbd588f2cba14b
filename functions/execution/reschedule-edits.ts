import { digestOf } from "../../shared/audit/digest.ts";
import { rescheduleStep } from "../../shared/conflicts/reschedule-step.ts";
import type { ApprovalRequest } from "../../shared/execution/approval.ts";
import { bodyRef } from "../../shared/execution/step-record.ts";
import type { FactsDeps } from "../conflicts/gather-facts.ts";
import { conflictInput } from "../conflicts/resolve.ts";
import type { Deps } from "../deps.ts";
import { appendInHistory } from "./append-in-history.ts";
import { loadExecution } from "./documents.ts";

export type RescheduleDeps = FactsDeps &
  Pick<Deps, "executions" | "bodies" | "steps" | "approvals" | "auditLog" | "settings" | "policy">;

/**
 * A step whose arguments an approver edited is checked like a new step: conflicts found, the order changed. The new
 * schedule is stored before the step moves, and again only where it does not say so yet, so a repeated pass finds it.
 */
export const rescheduleEdits = async (deps: RescheduleDeps, execution_id: string): Promise<void> => {
  const edited = (await deps.approvals.ofExecution(execution_id)).filter((request) => request.status === "edited");
  if (edited.length === 0) return;
  const records = await deps.steps.all(execution_id);
  const current = new Map(records.map((record) => [record.step_id, record]));
  for (const request of edited) {
    const record = current.get(request.step_id);
    if (record?.phase !== "open" || record.approval_id !== request.approval_id) continue;
    const started = records
      .filter((candidate) => candidate.state === "LIVE" || candidate.phase === "finished" || candidate.committed)
      .map((candidate) => candidate.step_id);
    await reschedule(deps, request, new Set(started));
  }
};

const reschedule = async (
  deps: RescheduleDeps,
  request: ApprovalRequest,
  started: ReadonlySet<string>,
): Promise<void> => {
  const { execution, submission, schedule, index } = await loadExecution(deps, request.execution_id);
  const args = { $literal: request.edited_arguments ?? {} };
  if (digestOf("arguments", index.step(request.step_id).arguments) === digestOf("arguments", args)) return;
  const edited = { ...index.step(request.step_id), arguments: args, argument_sources: [] };
  const input = await conflictInput(deps, execution, submission, [edited]);
  const changed = rescheduleStep(schedule, input, request.step_id, args, started);
  const ref = await deps.bodies.put(`executions/${execution.execution_id}/schedules`, changed.schedule);
  const entry = {
    type: "rescheduled",
    at: deps.clock.now().toISOString(),
    actor: request.decided_by ?? "buddy",
    body: {
      step_id: request.step_id,
      approval_id: request.approval_id,
      schedule: ref,
      conflicts: changed.conflicts.map(({ conflict_id, conflict_type }) => ({ conflict_id, conflict_type })),
    },
  };
  const there = await appendInHistory(
    deps,
    execution,
    entry,
    ({ type, body }) => type === entry.type && body.approval_id === request.approval_id,
  );
  if (there === undefined) throw new Error(`execution ${execution.execution_id} ended before it was rescheduled`);
  // A pass that died after the event may have found another order, from facts of its moment: the one on record holds.
  const schedule_on_record = bodyRef.parse(there.body.schedule);
  const updated = await deps.executions.update({ ...execution, schedule: schedule_on_record });
  if (updated === undefined) throw new Error(`execution ${execution.execution_id} changed while it was rescheduled`);
};
