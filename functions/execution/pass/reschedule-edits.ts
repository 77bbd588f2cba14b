import { rescheduleStep } from "../../../shared/conflicts/reschedule-step.ts";
import type { ApprovalRequest } from "../../../shared/execution/approval/approval.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { digestOf } from "../../../shared/plan/digest.ts";
import type { FactsDeps } from "../../conflicts/gather-facts.ts";
import { conflictInput } from "../../conflicts/resolve.ts";
import type { Deps } from "../../deps.ts";
import { loadExecution } from "../../records/documents.ts";
import { putRescheduled } from "./put-rescheduled.ts";

export type RescheduleDeps = FactsDeps &
  Pick<Deps, "clock" | "executions" | "bodies" | "steps" | "auditLog" | "settings" | "policy">;

/**
 * Of the requests of an execution: a step whose arguments an approver edited is checked like a new step: conflicts found, the order changed. The new
 * schedule is stored before the step moves, and again only where it does not say so yet, so a repeated pass finds it.
 */
export const rescheduleEdits = async (deps: RescheduleDeps, requests: readonly ApprovalRequest[]): Promise<void> => {
  const edited = requests.filter((request) => request.status === "edited");
  const [first] = edited;
  if (first === undefined) return;
  const records = await deps.steps.all(first.execution_id);
  const current = new Map(records.map((record) => [record.step_id, record]));
  for (const request of edited) {
    const record = current.get(request.step_id);
    if (record?.phase !== "open" || record.approval_id !== request.approval_id) continue;
    await reschedule(deps, request, startedSteps(records));
  }
};

/** Steps whose LIVE call has begun, or that have ended: nothing new is put in front of them. */
export const startedSteps = (records: readonly StepRecord[]): ReadonlySet<string> =>
  new Set(
    records
      .filter(({ state, phase, committed }) => state === "LIVE" || phase === "finished" || committed)
      .map(({ step_id }) => step_id),
  );

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
  const about = { step_id: request.step_id, approval_id: request.approval_id };
  await putRescheduled(deps, execution, changed, { actor: request.decided_by ?? "buddy", about });
};
