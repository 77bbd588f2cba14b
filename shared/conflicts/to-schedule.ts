import { orderingAdvice } from "./ordering-advice.ts";
import type { Edge, Schedule, ScheduledStep } from "./schedule.ts";
import { allEdges, type WorkingSchedule, type WorkingStep } from "./working-schedule.ts";

const scheduledStep = (working: WorkingStep, rank: number): ScheduledStep => ({
  ...working.step,
  acting_agent_id: working.acting_agent_id,
  contract_version: working.contract.version,
  contract_hash: working.contract.content_hash,
  risk_level: working.contract.risk_level,
  writes: working.writes,
  approval_needed: working.approval_needed,
  approvals_required: working.approvals_required,
  ceiling: working.ceiling,
  aborted_by_conflict: working.aborted,
  not_before_seconds: working.not_before_seconds,
  resources: [...working.resources],
  rank,
});

/** The outcome as the later stages read it. Ranks are turns: every edge goes from a lower to a higher one. */
export const toSchedule = (working: WorkingSchedule): Schedule => ({
  plans: working.plans.map((plan) => {
    const advice = orderingAdvice(plan);
    const steps = plan.steps.toSorted((a, b) => a.turn - b.turn);
    return {
      ...plan.head,
      step_ids: steps.map(({ step }) => step.step_id),
      aborted: plan.aborted,
      warnings: [...new Set(advice === null ? plan.warnings : [...plan.warnings, advice])],
    };
  }),
  steps: working.order.map(scheduledStep),
  edges: allEdges(working).map(
    ({ before, after, kind }): Edge => ({ before: before.step.step_id, after: after.step.step_id, kind }),
  ),
  conflicts: [...working.conflicts.values()],
});
