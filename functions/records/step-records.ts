import { newStepRecord } from "../../shared/execution/record/step-event.ts";
import type { StepRecord } from "../../shared/execution/record/step-record.ts";
import type { Deps } from "../deps.ts";
import type { Loaded } from "./documents.ts";

/**
 * The record of every step that is scheduled. Of a step whose projection was lost, and that has no event, nothing has
 * happened: its record is the first one.
 */
export const recordsOf = async (
  deps: Pick<Deps, "steps">,
  { execution, schedule }: Pick<Loaded, "execution" | "schedule">,
): Promise<Map<string, StepRecord>> => {
  const { execution_id, submitted_at } = execution;
  const found = await deps.steps.all(execution_id);
  const records = new Map(found.map((record) => [record.step_id, record]));
  for (const { plan_id, step_id } of schedule.steps) {
    if (records.has(step_id)) continue;
    const record = await deps.steps.get(execution_id, step_id);
    records.set(step_id, record ?? newStepRecord({ execution_id, plan_id, step_id }, submitted_at));
  }
  return records;
};
