import { secondsFor, type WorkingSchedule, type WorkingStep } from "./working-schedule.ts";

/** Whether a step that starts its LIVE call `seconds` after the execution's start ends within its plan's deadline. */
export const endsInTime = (working: WorkingSchedule, step: WorkingStep, seconds: number): boolean => {
  const deadline = step.plan.head.deadline_seconds;
  return deadline === null || seconds + secondsFor(working, step) <= deadline;
};
