import type { Schedule } from "../conflicts/schedule.ts";
import { type CeilingReason, ceilingOf } from "../contracts/ceiling.ts";

/**
 * Caps every writing step of a plan at DRY_RUN where the plan has more LIVE starts that write than its budget:
 * half a plan of writes is worse than none, so it is said before the first call.
 */
export const applyLiveBudget = (schedule: Schedule, max_live_escalations: number): Schedule => {
  const counts = new Map<string, number>();
  for (const step of schedule.steps) {
    if (step.writes && step.ceiling.mode === "LIVE" && step.aborted_by_conflict === null) {
      counts.set(step.plan_id, (counts.get(step.plan_id) ?? 0) + 1);
    }
  }
  const over = (plan_id: string): number | undefined => {
    const count = counts.get(plan_id) ?? 0;
    return count > max_live_escalations ? count : undefined;
  };
  const steps = schedule.steps.map((step) => {
    const count = over(step.plan_id);
    if (count === undefined || !step.writes) return step;
    const reason: CeilingReason = {
      cause: "live_budget",
      mode: "DRY_RUN",
      message: `the plan has ${count} writing steps for a budget of ${max_live_escalations} (max_live_escalations): all of them stay at DRY_RUN`,
    };
    return { ...step, ceiling: ceilingOf([...step.ceiling.reasons, reason]) };
  });
  const plans = schedule.plans.map((plan) => {
    const count = over(plan.plan_id);
    return count === undefined
      ? plan
      : {
          ...plan,
          warnings: [
            ...plan.warnings,
            `${count} writing steps exceed max_live_escalations ${max_live_escalations}: none of them goes LIVE`,
          ],
        };
  });
  return { ...schedule, plans, steps };
};
