import { z } from "zod";
import { stepId } from "../../plan/given-names.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";
import { approvalKind, approvalStatus } from "../approval/approval.ts";
import { EXECUTION_STATES, TRIGGERS } from "../record/states.ts";
import { rollbackTrigger } from "../record/step-record.ts";
import { stepOutcome } from "./step-outcome.ts";

/** A request to a person and what came of it. */
export const approvalOutcome = z.strictObject({
  approval_id: z.string(),
  kind: approvalKind,
  step_id: stepId,
  tool_name: identifier,
  confidence: z.number(),
  status: approvalStatus,
  decided_by: z.array(z.string()),
  created_at: z.string(),
  decided_at: z.string().nullable(),
});
export type ApprovalOutcome = z.infer<typeof approvalOutcome>;

/** One transition, as the artifact lists it. */
export const transitionOutcome = z.strictObject({
  transition_id: z.string(),
  at: z.string(),
  step_id: stepId,
  plan_id: identifier,
  tool_name: identifier,
  confidence: z.number(),
  event: z.string(),
  from: z.enum(EXECUTION_STATES),
  to: z.enum(EXECUTION_STATES),
  trigger: z.enum(TRIGGERS),
  reason: z.string(),
  actor: z.string(),
});
export type TransitionOutcome = z.infer<typeof transitionOutcome>;

/** A roll back of one plan. */
export const rollbackOutcome = z.strictObject({
  rollback_id: z.string(),
  plan_id: identifier,
  started_at: z.string(),
  ended_at: z.string().nullable(),
  trigger: rollbackTrigger,
  reason: z.string(),
  /** Steps that were or are to be compensated, in the order of compensation. */
  step_ids: z.array(stepId),
  recovery_status: z.enum(["in_progress", "completed", "failed"]),
});
export type RollbackOutcome = z.infer<typeof rollbackOutcome>;

export const planOutcome = z.strictObject({
  plan_id: identifier,
  source_form: z.enum(["phase21", "full"]),
  validation_id: z.string().nullable(),
  status: z.enum(["successful", "incomplete", "failed"]),
  steps: z.array(stepOutcome),
});
export type PlanOutcome = z.infer<typeof planOutcome>;

/** Everything the last three stages read about one execution. */
export const executionOutcome = z.strictObject({
  execution_id: identifier,
  started_at: z.string(),
  ended_at: z.string(),
  dry_run_only: z.boolean(),
  plans: z.array(planOutcome),
  transitions: z.array(transitionOutcome),
  rollbacks: z.array(rollbackOutcome),
  approvals: z.array(approvalOutcome),
});
export type ExecutionOutcome = z.infer<typeof executionOutcome>;
