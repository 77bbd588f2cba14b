import { z } from "zod";
import { agentName, stepId, writtenStepId } from "./given-names.ts";
import { jsonObject } from "./json.ts";

/**
 * Ids of plans, tools and executions reach URLs, keys and file names: letters, digits and `_ . : -`. Names that agents and
 * their frameworks give are freer: given-names.ts.
 */
export const identifier = z
  .string()
  .min(1)
  .max(128)
  .regex(/^[A-Za-z0-9][A-Za-z0-9_.:-]*$/, "must start with a letter or digit and use only letters, digits and _ . : -");

/** Confidence of a step for which neither the plan nor the agent states one. */
export const DEFAULT_CONFIDENCE = 0.7;

export const planAgent = z.strictObject({
  agent_id: agentName,
  /** Declared by the plan. Effective permissions are declared and granted. */
  permissions: z.array(z.string()),
});
export type PlanAgent = z.infer<typeof planAgent>;

/** A place in a step's arguments that takes its value from another step's output. */
export const argumentSource = z.strictObject({
  /** JSON Pointer into this step's arguments. */
  at: z.string(),
  /** The step (execution-wide id) whose output feeds it. */
  from: stepId,
  /** JSON Pointer into that step's output. */
  path: z.string(),
});
export type ArgumentSource = z.infer<typeof argumentSource>;

export const planStep = z.strictObject({
  /**
   * Unique in its execution. A plan's own id that repeats across plans becomes `<plan_id>.<step_id>`; a long or unusual
   * one is here as its short name.
   */
  step_id: stepId,
  /** The id as the plan wrote it, whole. */
  source_step_id: writtenStepId,
  plan_id: identifier,
  agent_id: agentName,
  tool_name: identifier,
  /** As written: `$from` and `$literal` objects are still in it. */
  arguments: jsonObject,
  argument_sources: z.array(argumentSource),
  confidence: z.number().min(0).max(1),
  /** Where the number comes from; anything but `stated` was assumed. */
  confidence_source: z.enum(["stated", "agent_default", "default"]),
  /** Execution-wide ids of steps in the same plan: explicit `depends_on` and every `$from` source. */
  depends_on: z.array(stepId),
  /** The step of the same agent that stands before it (short form only): order without dependency. */
  runs_after: z.array(stepId),
  rationale: z.string().nullable(),
  allow_duplicate: z.boolean(),
  /** Place in its plan as submitted, from 0. */
  position: z.number().int().nonnegative(),
});
export type PlanStep = z.infer<typeof planStep>;

export const planValidation = z.strictObject({
  validation_id: z.string(),
  status: z.enum(["passed", "failed"]),
  /** Names of the metric targets that failed. */
  failed_targets: z.array(z.string()),
});
export type PlanValidation = z.infer<typeof planValidation>;

/** The form that both plan forms become: the one form that everything after the plan stage reads. */
export const toolExecutionPlan = z.strictObject({
  plan_id: identifier,
  source_form: z.enum(["phase21", "full"]),
  goal: z.string().nullable(),
  deadline_seconds: z.number().positive().nullable(),
  agents: z.array(planAgent),
  steps: z.array(planStep),
  /** Phase 22's word on this plan; null when none was given. */
  validation: planValidation.nullable(),
});
export type ToolExecutionPlan = z.infer<typeof toolExecutionPlan>;
