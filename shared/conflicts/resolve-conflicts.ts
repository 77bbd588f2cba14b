import { CONFLICT_CHECKS } from "./conflict-checks.ts";
import type { ConflictInput } from "./conflict-input.ts";
import type { ConflictCheck } from "./conflict-rule.ts";
import { runChecks } from "./run-checks.ts";
import type { Conflict, Schedule } from "./schedule.ts";
import { toSchedule } from "./to-schedule.ts";
import { finderOf, workingFromPlans } from "./working-from-plans.ts";
import { abortStep, type WorkingPlan, type WorkingSchedule } from "./working-schedule.ts";

export { callDigest } from "./call-digest.ts";
export type { ConflictInput } from "./conflict-input.ts";
export { type ConflictFacts, noFacts } from "./facts.ts";
export { rescheduleStep } from "./reschedule-step.ts";

/**
 * A conflict that ends by waiting is being resolved: for a lease to come free, for the first of two duplicates to be
 * decided about.
 */
const isUnresolved = ({ resolution_status, resolution_strategy }: Conflict): boolean =>
  resolution_status === "failed" || (resolution_status === "pending" && resolution_strategy !== "DELAY");

/** Unresolved conflicts by plan: each counts against the plan of the step that has to give way. */
const unresolvedByPlan = (working: WorkingSchedule): Map<WorkingPlan, number> => {
  let find: ReturnType<typeof finderOf> | undefined;
  const counts = new Map<WorkingPlan, number>();
  for (const conflict of working.conflicts.values()) {
    const giving = conflict.step_ids.at(-1);
    if (!isUnresolved(conflict) || giving === undefined) continue;
    find ??= finderOf(working.steps);
    const { plan, aborted } = find(giving);
    // A step that fell since then is nobody's open question.
    if (aborted === null) counts.set(plan, (counts.get(plan) ?? 0) + 1);
  }
  return counts;
};

/** Aborts every plan with more unresolved conflicts than allowed; true when there was one. */
const abortOverBound = (working: WorkingSchedule): boolean => {
  const allowed = working.input.config.max_conflicts_before_abort;
  const over = [...unresolvedByPlan(working)].filter(([, count]) => count > allowed);
  for (const [plan, count] of over) {
    plan.aborted = `${count} unresolved conflicts, more than the ${allowed} that max_conflicts_before_abort allows`;
    for (const step of plan.steps) abortStep(working, step, `plan ${plan.head.plan_id} was aborted: ${plan.aborted}`);
  }
  return over.length > 0;
};

/**
 * Finds and resolves the conflicts between the steps of all plans, and with what other executions do and did.
 *
 * Rules run in the order of `checks`, then again on the result until nothing is left. Plans with more
 * unresolved conflicts than allowed are aborted, and what they leave is checked once more, since steps that waited for
 * each other through an aborted one no longer do. The outcome depends on the order of plans, agents and positions
 * only, never on the order of object keys; it has no circle, and every edge goes from a lower to a higher rank.
 *
 * About linear in steps plus edges; plans whose steps stand before what they depend on are sorted, O(n log n).
 * Throws RangeError where a tool has no contract or a dependency names no step: earlier stages refuse such plans.
 */
export const resolveConflicts = (
  input: ConflictInput,
  checks: readonly ConflictCheck[] = CONFLICT_CHECKS,
): Schedule => {
  const working = workingFromPlans(input);
  do runChecks(working, checks);
  while (abortOverBound(working));
  return toSchedule(working);
};
