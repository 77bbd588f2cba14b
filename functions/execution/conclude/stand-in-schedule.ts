import { unscheduled } from "../../../shared/conflicts/unscheduled.ts";
import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import { newStepRecord } from "../../../shared/execution/record/step-event.ts";
import type { BodyRef } from "../../../shared/execution/record/step-record.ts";
import { accept, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { amend } from "../../records/amend.ts";
import { readSubmission } from "../../records/documents.ts";

export type StandInDeps = Pick<Deps, "executions" | "bodies" | "steps">;

/**
 * Gives an execution that failed before it was scheduled a schedule in which nothing runs, so that it ends as every
 * other does: each step with a final state, a record, and artifacts.
 * @returns the schedule on record, which may be another's that came first
 * @throws BodyLost when not even the submission can be read
 */
export const standInSchedule = async (deps: StandInDeps, execution: ExecutionRecord, why: string): Promise<BodyRef> => {
  const { execution_id, submitted_at } = execution;
  const submission = await readSubmission(deps.bodies, execution.submission);
  const schedule = unscheduled(submission.plans, submission.contractOf, why);
  await deps.steps.createAll(
    schedule.steps.map(({ plan_id, step_id }) => newStepRecord({ execution_id, plan_id, step_id }, submitted_at)),
  );
  const ref = await deps.bodies.put(`executions/${execution_id}/schedules`, schedule);
  const stored = await amend(deps)(execution_id, (found) =>
    found === undefined ? refuse(null) : accept(found.schedule === null ? { ...found, schedule: ref } : found),
  );
  return (stored.ok ? stored.value.schedule : null) ?? ref;
};
