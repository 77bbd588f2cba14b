import { z } from "zod";
import { ceilingReason, executionMode } from "../../../shared/contracts/ceiling.ts";
import { riskLevel } from "../../../shared/contracts/tool-contract.ts";
import { sealedPreview } from "../../../shared/execution/approval/preview.ts";
import { EXECUTION_STATES, PHASES } from "../../../shared/execution/record/states.ts";
import { ending, rungResult } from "../../../shared/execution/record/step-record.ts";
import { json } from "../../../shared/plan/json.ts";
import { planAgent, planValidation } from "../../../shared/plan/tool-execution-plan.ts";
import { untrustedText, wholeNumber } from "./common.ts";

/** How many steps stand in each state; states without steps are left out. */
export const stateCounts = z.partialRecord(z.enum(EXECUTION_STATES), z.number().int().positive());
export type StateCounts = z.infer<typeof stateCounts>;

export const stepView = z.strictObject({
  step_id: z.string(),
  /** The id as the plan wrote it. */
  source_step_id: z.string(),
  plan_id: z.string(),
  tool_name: z.string(),
  /** Its proposer, and the agent that acts. */
  agent_id: z.string(),
  acting_agent_id: z.string(),
  risk_level: riskLevel,
  confidence: z.number(),
  state: z.enum(EXECUTION_STATES),
  phase: z.enum(PHASES),
  /** Nothing more will happen to it by itself. */
  finished: z.boolean(),
  ending: ending.nullable(),
  /** Why it stands as it does, or why it waits: for a lock's resume, or for what comes of a call that it would repeat. */
  reason: z.string().nullable(),
  /** Highest mode that succeeded; null while none has. */
  mode_reached: executionMode.nullable(),
  /** No service answered: the sandbox made up what it returned, so its LIVE is no success of a real call. */
  made_up: z.boolean(),
  /** Highest mode it may reach as things stand, and everything that lowered it; null until conflicts are resolved. */
  ceiling: z.strictObject({ mode: executionMode, reasons: z.array(ceilingReason) }).nullable(),
  approval_needed: z.boolean(),
  approval_id: z.string().nullable(),
  provisional: z.boolean(),
  depends_on: z.array(z.string()),
  /** Place in the resolved order of the execution, from 0. */
  rank: z.number().int().nonnegative(),
  updated_at: z.string(),
});
export type StepView = z.infer<typeof stepView>;

export const planView = z.strictObject({
  plan_id: z.string(),
  source_form: z.enum(["phase21", "full"]),
  goal: untrustedText.nullable(),
  deadline_seconds: z.number().nullable(),
  agents: z.array(planAgent),
  validation: planValidation.nullable(),
  step_count: z.number().int(),
  states: stateCounts,
  finished_steps: z.number().int(),
  /** Set when too many conflicts stayed unresolved: nothing of the plan runs. */
  aborted: z.string().nullable(),
  warnings: z.array(z.string()),
});
export type PlanView = z.infer<typeof planView>;

export const stepQuery = z.strictObject({
  /** Seconds to wait for the step to finish. */
  wait: wholeNumber(0, 25).default(0),
});
export const stepDetail = stepView.extend({
  execution_id: z.string(),
  /** Of the highest mode that succeeded; null while none has. */
  output: json,
  /** The exact call that LIVE would make, or made. */
  preview: sealedPreview.nullable(),
  preview_digest: z.string().nullable(),
  edits: z.number().int(),
  approved_by: z.array(z.string()),
  committed: z.boolean(),
  rungs: z.array(rungResult),
});
export type StepDetail = z.infer<typeof stepDetail>;
