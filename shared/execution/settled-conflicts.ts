import type { Schedule } from "../conflicts/schedule.ts";
import type { StepRecord } from "./step-record.ts";

/**
 * The schedule with what became of conflicts that were pending when it was made: a wait for a twin or for another
 * execution's lease ends when its steps have ended, badly where one gave up waiting.
 */
export const settledConflicts = (
  schedule: Schedule,
  recordOf: (step_id: string) => StepRecord | undefined,
): Schedule => ({
  ...schedule,
  conflicts: schedule.conflicts.map((conflict) => {
    if (conflict.resolution_status !== "pending") return conflict;
    const records = conflict.step_ids.map(recordOf);
    if (records.some((record) => record?.phase !== "finished")) return conflict;
    const gaveUp = records.some((record) => record?.ending === "not_started");
    return { ...conflict, resolution_status: gaveUp ? "failed" : "resolved" };
  }),
});
