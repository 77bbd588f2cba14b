import { abortedInWords, DUPLICATE_SEVERITY, repeatOf } from "../../conflicts/repeated-call.ts";
import { type Conflict, conflictIdOf, type Schedule, type ScheduledStep } from "../../conflicts/schedule.ts";
import type { StepRecord } from "./step-record.ts";

/**
 * The schedule with what became of conflicts that were pending when it was made, and with those that were found since.
 * A wait for the first of two duplicates, or for another execution's lease, ends when its steps have ended, badly where
 * one gave up waiting.
 */
export const settledConflicts = (
  schedule: Schedule,
  recordOf: (step_id: string) => StepRecord | undefined,
): Schedule => {
  const settled = schedule.conflicts.map((conflict) => settle(conflict, recordOf));
  const known = new Set(settled.map(({ conflict_id }) => conflict_id));
  const atLive = schedule.steps.flatMap((step) => foundAtLive(step, recordOf(step.step_id)));
  return { ...schedule, conflicts: [...settled, ...atLive.filter(({ conflict_id }) => !known.has(conflict_id))] };
};

const settle = (conflict: Conflict, recordOf: (step_id: string) => StepRecord | undefined): Conflict => {
  if (conflict.resolution_status !== "pending") return conflict;
  const records = conflict.step_ids.map(recordOf);
  if (records.some((record) => record?.phase !== "finished")) return conflict;
  const gaveUp = records.some((record) => record?.ending === "not_started");
  return { ...conflict, resolution_status: gaveUp ? "failed" : "resolved" };
};

/** A duplicate that only LIVE could see: asked for at the same time elsewhere, or with arguments that were not known. */
const foundAtLive = (step: ScheduledStep, record: StepRecord | undefined): Conflict[] => {
  if (record?.duplicate_of === undefined) return [];
  return [
    {
      conflict_id: conflictIdOf("DUPLICATE_ACTION", [step.step_id]),
      conflict_type: "DUPLICATE_ACTION",
      severity_score: DUPLICATE_SEVERITY,
      step_ids: [step.step_id],
      plan_ids: [step.plan_id],
      tools_involved: [step.tool_name],
      agents_involved: [...new Set([step.agent_id, step.acting_agent_id])],
      resolution_strategy: "ABORT",
      resolution_status: "resolved",
      ...repeatOf(step, record.duplicate_of),
      resolution: abortedInWords(record.duplicate_of),
      found_at: record.updated_at,
    },
  ];
};
