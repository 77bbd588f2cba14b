import { CONFLICT_CHECKS } from "./conflict-checks.ts";
import type { ConflictInput } from "./conflict-input.ts";
import type { ConflictType, Schedule } from "./schedule.ts";
import { workingFromSchedule } from "./working-from-schedule.ts";

/**
 * Looks at a schedule with fresh eyes: conflicts that are in it and not on its record, counted by type. Empty after
 * `resolveConflicts` with the same input; a way to check a stored schedule without trusting who made it.
 */
export const remainingConflicts = (schedule: Schedule, input: ConflictInput): Map<ConflictType, number> => {
  const working = workingFromSchedule(schedule, input);
  return new Map(
    CONFLICT_CHECKS.flatMap((check): [ConflictType, number][] => {
      const count = check.count(working);
      return count === 0 ? [] : [[check.type, count]];
    }),
  );
};
