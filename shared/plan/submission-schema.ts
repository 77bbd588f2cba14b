import { z } from "zod";
import { executionConfig } from "./config.ts";
import { agentName, submittedStepId, writtenStepId } from "./given-names.ts";
import { isJsonObject, type JsonObject } from "./json.ts";
import { identifier } from "./tool-execution-plan.ts";

/** JSON in depth is checked once for the whole body (json-faults.ts); here only that it is an object. */
const argumentObject = z
  .custom<JsonObject>(isJsonObject, { error: "must be an object of arguments by name" })
  .meta({ type: "object" });

const confidence = z
  .number({ error: "must be a number from 0 to 1 (null is what NaN becomes in JSON); leave it out if it is not known" })
  .min(0, { error: "must be a number from 0 to 1" })
  .max(1, { error: "must be a number from 0 to 1" });

const permissions = z.array(z.string().min(1).max(128));
const freeText = z.string().max(10_000).nullish();

export const submittedStep = z.strictObject({
  step_id: submittedStepId,
  agent_id: agentName,
  tool_name: identifier,
  arguments: argumentObject.default({}),
  confidence: confidence.optional(),
  depends_on: z.array(writtenStepId).default([]),
  /** Why the agent wants it; quoted to the approver as untrusted. */
  rationale: freeText,
  /** The same call may be made again if an approver permits it. */
  allow_duplicate: z.boolean().default(false),
});
export type SubmittedStep = z.infer<typeof submittedStep>;

export const submittedAgent = z.strictObject({ agent_id: agentName, permissions: permissions.default([]) });

/** The full form: every step stands on its own. `agents` may list agents without steps, who can take over a step. */
export const fullPlan = z.strictObject({
  plan_id: identifier,
  goal: freeText,
  /** Working time, without waiting for people. */
  deadline_seconds: z.number().positive().nullish(),
  agents: z.array(submittedAgent).min(1, { error: "is empty; list the agents of the steps" }),
  steps: z.array(submittedStep).min(1, { error: "is empty; a plan needs at least one step" }),
});
export type FullPlan = z.infer<typeof fullPlan>;

/** Phase 21's form. Everything about a tool holds for each assignment of that tool. */
export const phase21Plan = z.strictObject({
  plan_id: identifier,
  agent_assignments: z.record(agentName, z.array(identifier)),
  execution_order: z.array(identifier).nullish(),
  confidence_scores: z.record(identifier, confidence).nullish(),
  tool_arguments: z.record(identifier, argumentObject).nullish(),
  agent_permissions: z.record(agentName, permissions).nullish(),
});
export type Phase21Plan = z.infer<typeof phase21Plan>;

const metricTarget = z.strictObject({
  value: z.json(),
  target: z.json(),
  status: z.enum(["passed", "failed"]),
});

/** Phase 22's word on a plan. A target whose status is failed counts as failed, whatever the status of the whole. */
export const phase22Validation = z.strictObject({
  validation_id: z.string().min(1).max(128),
  plan_id: identifier.nullish(),
  status: z.enum(["passed", "failed"]),
  metric_targets: z.record(z.string(), metricTarget).nullish(),
});
export type Phase22Validation = z.infer<typeof phase22Validation>;

/** The body of a submission, for documentation; `acceptSubmission` reads it plan by plan, to name all faults at once. */
export const submission = z.strictObject({
  plans: z.array(z.union([fullPlan, phase21Plan])).min(1),
  validations: z.array(phase22Validation).nullish(),
  config: executionConfig.partial().nullish(),
});
export type Submission = z.input<typeof submission>;
