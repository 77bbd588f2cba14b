import { z } from "zod";
import { executionMode } from "../../contracts/ceiling.ts";
import { riskLevel } from "../../contracts/tool-contract.ts";
import { agentId, stepId } from "../../plan/given-names.ts";
import { json } from "../../plan/json.ts";
import { identifier } from "../../plan/tool-execution-plan.ts";
import { EXECUTION_STATES } from "../record/states.ts";
import { ending, rungResult } from "../record/step-record.ts";

export const stepStatus = z.enum(["success", "partial", "blocked", "failed", "rollback"]);
export type StepStatus = z.infer<typeof stepStatus>;

/** How one step ended: what feedback, health and the artifacts are made of. */
export const stepOutcome = z.strictObject({
  execution_id: identifier,
  plan_id: identifier,
  step_id: stepId,
  /** Its proposer, and the agent that acted. */
  agent_id: agentId,
  acting_agent_id: agentId,
  tool_name: identifier,
  risk_level: riskLevel,
  writes: z.boolean(),
  reversible: z.boolean(),
  confidence: z.number(),
  state: z.enum(EXECUTION_STATES),
  ending: ending.nullable(),
  /** Highest mode that succeeded; MOCK when none did. */
  mode_reached: executionMode,
  status: stepStatus,
  approval_status: z.enum(["approved", "not_required", "rejected", "expired", "pending"]),
  /** The execution ran under `dry_run_only`. */
  dry_run_only: z.boolean(),
  error_message: z.string().nullable(),
  output: json,
  /** No service answered: the sandbox made the result up, on whichever rung. Absent otherwise. */
  made_up: z.literal(true).exactOptional(),
  rungs: z.array(rungResult),
  committed: z.boolean(),
  compensated: z.boolean(),
  indeterminate: z.boolean(),
  started_at: z.string(),
  ended_at: z.string(),
  /** Sum of the rungs: without waiting for people, leases or other steps. */
  duration_ms: z.number().nonnegative(),
});
export type StepOutcome = z.infer<typeof stepOutcome>;
