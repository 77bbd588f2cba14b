import type { Schedule } from "../../conflicts/schedule.ts";
import type { StepRecord } from "../record/step-record.ts";
import { indexSchedule } from "./view.ts";

/**
 * How many unfinished steps go on without anybody's decision, now or when something falls due: nobody is asked about
 * them or about anything ahead of them, along any edge, and no lock holds it. An execution without such a step moves
 * only when a person acts, or when a request expires.
 */
export const stepsGoingOn = (schedule: Schedule, recordOf: (step_id: string) => StepRecord): number => {
  const index = indexSchedule(schedule);
  const held = new Set<string>();
  let going = 0;
  for (const { step_id } of schedule.steps) {
    const { state, phase } = recordOf(step_id);
    if (phase === "finished") continue;
    const waits = state === "AWAITING_APPROVAL" || state === "LOCKED";
    if (waits || index.edgesInto(step_id).some(({ before }) => held.has(before))) held.add(step_id);
    else going += 1;
  }
  return going;
};
