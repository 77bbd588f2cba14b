import { isDependency, stepsBehind } from "../../conflicts/rule-of-order.ts";
import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { driftBetween, type FieldChange } from "../approval/preview.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ExecutionView, ScheduleIndex } from "../view/view.ts";

/** The steps that write each resource, by its key. */
export type Writers = ReadonlyMap<string, readonly ScheduledStep[]>;

/** Built once per pass, because many requests ask. */
export const writersByResource = ({ schedule }: Pick<ExecutionView, "schedule">): Writers => {
  const writers = new Map<string, ScheduledStep[]>();
  for (const step of schedule.steps) {
    for (const { access, key } of step.resources) {
      if (access !== "write") continue;
      writers.set(key, [...(writers.get(key) ?? []), step]);
    }
  }
  return writers;
};

/** Other steps of the execution that write what this one does, in words. */
export const alsoWrites = (writers: Writers, step: ScheduledStep): string[] => {
  const others = step.resources.flatMap(({ key }) => writers.get(key) ?? []);
  const named = others
    .filter((other) => other.step_id !== step.step_id && other.aborted_by_conflict === null)
    .map((other) => `${other.plan_id}/${other.step_id} (${other.acting_agent_id})`);
  return [...new Set(named)];
};

/** Steps that stand behind it and have not ended: no decision reaches any more what has ended before. */
export const stoppedWith = (
  index: ScheduleIndex,
  { records }: Pick<ExecutionView, "records">,
  step_id: string,
): string[] => [...stepsBehind(index, step_id, isDependency)].filter((id) => records.get(id)?.phase !== "finished");

/**
 * Steps that the answer stops that a call did not happen, and that have not ended: its plan fails by it, and so does
 * what stands behind the step in other plans.
 */
export const stoppedByFailure = (
  index: ScheduleIndex,
  { records, schedule }: Pick<ExecutionView, "records" | "schedule">,
  { step_id, plan_id }: Pick<ScheduledStep, "step_id" | "plan_id">,
): string[] => {
  const behind = stepsBehind(index, step_id, isDependency);
  return schedule.steps.flatMap((step) => {
    const isStopped = step.step_id !== step_id && (step.plan_id === plan_id || behind.has(step.step_id));
    return isStopped && records.get(step.step_id)?.phase !== "finished" ? [step.step_id] : [];
  });
};

/** Differences to the request before it for the same step: fields whose present value is another one now. */
export const driftSince = (
  { approvals }: Pick<ExecutionView, "approvals">,
  { step_id, approval_id }: Pick<StepRecord, "step_id" | "approval_id">,
  changes: readonly FieldChange[],
): FieldChange[] => {
  const earlier = [...approvals.values()]
    .filter(
      (request) => request.step_id === step_id && request.kind === "approve" && request.approval_id !== approval_id,
    )
    .sort((one, other) => one.created_at.localeCompare(other.created_at))
    .at(-1);
  return earlier === undefined ? [] : driftBetween(earlier.changes, changes);
};
