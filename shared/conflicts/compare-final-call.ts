import { CONFLICT_CHECKS } from "./conflict-checks.ts";
import type { ConflictInput } from "./conflict-input.ts";
import { asJustCome } from "./edit-arguments.ts";
import { checkOneStep } from "./reschedule-step.ts";
import type { Conflict, Schedule } from "./schedule.ts";

/** The facts in a call's arguments that could not be known before: all else about the step was checked when it came. */
const CALL_CHECKS = CONFLICT_CHECKS.filter(({ type }) => type === "DUPLICATE_ACTION");

/**
 * The schedule after the arguments of one step that takes values by `$from` became final (`input.final_arguments`): its
 * call is compared with those of other steps and of the past, and where it meets one it is the step that waits.
 * `started` and `input.facts` as for `rescheduleStep`.
 * @returns undefined where nothing is found that is not on record already
 */
export const compareFinalCall = (
  schedule: Schedule,
  input: ConflictInput,
  step_id: string,
  started: ReadonlySet<string>,
): { schedule: Schedule; conflicts: Conflict[] } | undefined => {
  const placed = asJustCome(schedule, step_id, started);
  const checked = checkOneStep(placed, input, { step_id, stale: new Set(), started }, CALL_CHECKS);
  const conflicts = [...checked.conflicts.values()];
  if (conflicts.length === 0) return undefined;
  return { schedule: { ...checked.schedule, conflicts: [...schedule.conflicts, ...conflicts] }, conflicts };
};
