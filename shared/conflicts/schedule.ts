import { z } from "zod";
import { ceiling } from "../contracts/ceiling.ts";
import { riskLevel } from "../contracts/tool-contract.ts";
import { digestOf } from "../plan/digest.ts";
import { agentId, stepId } from "../plan/given-names.ts";
import { jsonObject } from "../plan/json.ts";
import { identifier, planAgent, planStep, planValidation } from "../plan/tool-execution-plan.ts";

export const conflictType = z.enum([
  "PERMISSION_CONFLICT",
  "DUPLICATE_ACTION",
  "ORDERING_CONFLICT",
  "RESOURCE_CONFLICT",
  "RATE_LIMIT_CONFLICT",
  "TIMEOUT_CONFLICT",
]);
export type ConflictType = z.infer<typeof conflictType>;

export const resolutionStrategy = z.enum(["DELAY", "REASSIGN", "DOWNGRADE", "ABORT"]);
export type ResolutionStrategy = z.infer<typeof resolutionStrategy>;

export const conflict = z.strictObject({
  conflict_id: z.string(),
  conflict_type: conflictType,
  /** 1-3 low, 4-6 medium, 7-10 high. */
  severity_score: z.number().int().min(1).max(10),
  step_ids: z.array(stepId).min(1),
  plan_ids: z.array(identifier).min(1),
  tools_involved: z.array(identifier),
  agents_involved: z.array(agentId),
  resolution_strategy: resolutionStrategy,
  resolution_status: z.enum(["resolved", "pending", "failed"]),
  /** The finding, in a sentence. */
  finding: z.string(),
  /** The change that the resolution made, in a sentence. */
  resolution: z.string(),
  /** Structured facts: resource key, missing permissions, quota, deadline ... */
  details: jsonObject,
  /** When it was found, where that was later than when conflicts were resolved: at LIVE. */
  found_at: z.string().exactOptional(),
});
export type Conflict = z.infer<typeof conflict>;

/** Same conflict, same id: a digest over its type and its steps, whose ids hold no blanks. */
export const conflictIdOf = (type: ConflictType, step_ids: readonly string[]): string =>
  digestOf("conflict", `${type} ${step_ids.join(" ")}`).slice(0, 32);

/**
 * Why one step waits for another.
 * - `depends_on` (also `$from`) and `contract`: a dependency. If the first is aborted, so is the second; the second
 *   never goes higher than a first that writes.
 * - `order` (an agent's own order), `delay` (a resolution) and `twin` (of a duplicate; the stored word): waiting only.
 */
export const edgeKind = z.enum(["depends_on", "contract", "order", "delay", "twin"]);
export type EdgeKind = z.infer<typeof edgeKind>;
export const edge = z.strictObject({ before: stepId, after: stepId, kind: edgeKind });
export type Edge = z.infer<typeof edge>;

export const scheduledStep = planStep.extend({
  /** The agent that runs it; differs from `agent_id` (who proposed it) after a REASSIGN. */
  acting_agent_id: agentId,
  contract_version: z.number().int().positive(),
  contract_hash: z.string(),
  risk_level: riskLevel,
  /** A LIVE call of it changes something. */
  writes: z.boolean(),
  /** Contract, policy or a REASSIGN asks for a person before LIVE. */
  approval_needed: z.boolean(),
  approvals_required: z.number().int().nonnegative(),
  /** The part of the ceiling that is known before anything runs. */
  ceiling,
  /** Set when a resolution ABORTs the step before it runs. */
  aborted_by_conflict: z.string().nullable(),
  /** Earliest LIVE start in seconds after the execution's start (DELAY by rate limit or open circuit); 0 for none. */
  not_before_seconds: z.number().nonnegative(),
  /** Resource keys as far as the arguments are known, `*` where one waits for a `$from`. */
  resources: z.array(z.strictObject({ key: z.string(), access: z.enum(["read", "write"]), unresolved: z.boolean() })),
  /** Place in the resolved order of the whole execution, from 0. */
  rank: z.number().int().nonnegative(),
});
export type ScheduledStep = z.infer<typeof scheduledStep>;

export const scheduledPlan = z.strictObject({
  plan_id: identifier,
  source_form: z.enum(["phase21", "full"]),
  goal: z.string().nullable(),
  deadline_seconds: z.number().positive().nullable(),
  agents: z.array(planAgent),
  validation: planValidation.nullable(),
  step_ids: z.array(stepId),
  /** Too many unresolved conflicts: nothing of the plan runs. */
  aborted: z.string().nullable(),
  /** Advice that changes nothing, such as a better order of steps. */
  warnings: z.array(z.string()),
});
export type ScheduledPlan = z.infer<typeof scheduledPlan>;

/** The outcome of the conflicts stage: steps with the edges that dependencies and resolutions put between them. */
export const schedule = z.strictObject({
  plans: z.array(scheduledPlan),
  /** In rank order. */
  steps: z.array(scheduledStep),
  edges: z.array(edge),
  conflicts: z.array(conflict),
});
export type Schedule = z.infer<typeof schedule>;
