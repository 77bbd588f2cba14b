import { z } from "zod";
import type { Conflict } from "../conflicts/schedule.ts";
import { executionMode } from "../contracts/ceiling.ts";
import type { PlanOutcome } from "../execution/outcome/execution-outcome.ts";
import { stepStatus } from "../execution/outcome/step-outcome.ts";
import { type Artifact, type ArtifactInput, renderDocument, timestamp, utc } from "./artifact.ts";

const count = z.number().int().nonnegative();

const planResult = z.strictObject({
  plan_id: z.string(),
  /** Null for a plan in the full form, which does not come from Phase 21. */
  phase21_plan_id: z.string().nullable(),
  phase22_validation_id: z.string().nullable(),
  total_tools: count,
  successful_executions: count,
  /** Steps that failed; those blocked, rolled back or partly done are neither. */
  failed_executions: count,
  tool_results: z.array(
    z.strictObject({
      step_id: z.string(),
      tool_name: z.string(),
      status: stepStatus,
      execution_mode: executionMode,
      duration_ms: z.number().nonnegative(),
      error_message: z.string().nullable(),
      /** No service answered: the sandbox made the result up. Absent otherwise. */
      made_up: z.literal(true).exactOptional(),
    }),
  ),
  conflicts_detected: count,
  conflicts_resolved: count,
  rollbacks_executed: count,
});
type PlanResult = z.infer<typeof planResult>;

export const orchestrationSummary = z.strictObject({
  pipeline_id: z.string(),
  start_time: timestamp,
  end_time: timestamp,
  plans_processed: count,
  plans_successful: count,
  plans_incomplete: count,
  plans_failed: count,
  /** Steps that ran at least one rung. */
  total_tools_executed: count,
  total_conflicts: count,
  total_rollbacks: count,
  orchestration_results: z.array(planResult),
});
export type OrchestrationSummary = z.infer<typeof orchestrationSummary>;

/** Near-linear: conflicts and roll backs are grouped by plan once. */
export const summaryOf = ({ outcome, schedule }: ArtifactInput): OrchestrationSummary => {
  const conflicts = conflictsByPlan(schedule.conflicts);
  const rollbacks = Map.groupBy(outcome.rollbacks, (rollback) => rollback.plan_id);
  const ended = (status: PlanOutcome["status"]): number =>
    outcome.plans.filter((plan) => plan.status === status).length;
  const ran = outcome.plans.flatMap((plan) => plan.steps).filter((step) => step.rungs.length > 0);
  return {
    pipeline_id: outcome.execution_id,
    start_time: utc(outcome.started_at),
    end_time: utc(outcome.ended_at),
    plans_processed: outcome.plans.length,
    plans_successful: ended("successful"),
    plans_incomplete: ended("incomplete"),
    plans_failed: ended("failed"),
    total_tools_executed: ran.length,
    total_conflicts: schedule.conflicts.length,
    total_rollbacks: outcome.rollbacks.length,
    orchestration_results: outcome.plans.map((plan) =>
      resultOf(plan, conflicts.get(plan.plan_id) ?? [], (rollbacks.get(plan.plan_id) ?? []).length),
    ),
  };
};

const conflictsByPlan = (conflicts: readonly Conflict[]): Map<string, Conflict[]> => {
  const byPlan = new Map<string, Conflict[]>();
  for (const conflict of conflicts) {
    for (const plan_id of new Set(conflict.plan_ids)) {
      const list = byPlan.get(plan_id);
      if (list === undefined) byPlan.set(plan_id, [conflict]);
      else list.push(conflict);
    }
  }
  return byPlan;
};

const resultOf = (plan: PlanOutcome, conflicts: readonly Conflict[], rollbacks: number): PlanResult => ({
  plan_id: plan.plan_id,
  phase21_plan_id: plan.source_form === "phase21" ? plan.plan_id : null,
  phase22_validation_id: plan.validation_id,
  total_tools: plan.steps.length,
  successful_executions: plan.steps.filter((step) => step.status === "success").length,
  failed_executions: plan.steps.filter((step) => step.status === "failed").length,
  tool_results: plan.steps.map((step) => ({
    step_id: step.step_id,
    tool_name: step.tool_name,
    status: step.status,
    execution_mode: step.mode_reached,
    duration_ms: step.duration_ms,
    error_message: step.error_message,
    ...(step.made_up === true ? { made_up: true as const } : {}),
  })),
  conflicts_detected: conflicts.length,
  conflicts_resolved: conflicts.filter((conflict) => conflict.resolution_status === "resolved").length,
  rollbacks_executed: rollbacks,
});

export const orchestrationSummaryFile: Artifact = {
  name: "orchestration_summary.json",
  render: (input) => renderDocument(orchestrationSummary, summaryOf(input)),
};
