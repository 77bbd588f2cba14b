import { z } from "zod";
import { json } from "../../shared/plan/json.ts";
import { untrusted } from "./approvals.ts";
import { inFlight } from "./system.ts";

export const submitted = z.looseObject({
  execution_id: z.string(),
  status: z.string(),
  plan_ids: z.array(z.string()),
  step_count: z.number(),
  warnings: z.array(z.string()),
});
export type Submitted = z.infer<typeof submitted>;

export const executionSummary = z.looseObject({
  execution_id: z.string(),
  status: z.string(),
  submitted_by: z.string(),
  submitted_at: z.string(),
  ended_at: z.string().nullable(),
  plan_ids: z.array(z.string()),
  step_count: z.number(),
  manifests: z.number(),
});
export type ExecutionSummary = z.infer<typeof executionSummary>;

export const abortReply = executionSummary.extend({
  can_still_run: z.array(inFlight).optional(),
  warning: z.string().optional(),
});

export const executionPage = z.looseObject({
  items: z.array(executionSummary),
  next: z.string().nullable(),
  /** Servers of earlier releases do not say. */
  unreadable: z.array(z.string()).optional(),
});
export type ExecutionPage = z.infer<typeof executionPage>;

export const step = z.looseObject({
  step_id: z.string(),
  plan_id: z.string(),
  tool_name: z.string(),
  agent_id: z.string(),
  acting_agent_id: z.string(),
  risk_level: z.string(),
  state: z.string(),
  phase: z.string(),
  finished: z.boolean(),
  ending: z.string().nullable(),
  reason: z.string().nullable(),
  mode_reached: z.string().nullable(),
  /** A server of the release before does not say. */
  made_up: z.boolean().default(false),
  approval_id: z.string().nullable(),
  rank: z.number(),
});
export type Step = z.infer<typeof step>;

export const conflict = z.looseObject({
  conflict_type: z.string(),
  severity_score: z.number(),
  step_ids: z.array(z.string()),
  resolution_strategy: z.string(),
  resolution_status: z.string(),
  finding: z.string(),
  resolution: z.string(),
});
export type Conflict = z.infer<typeof conflict>;

export const execution = executionSummary.extend({
  scheduled: z.boolean(),
  warnings: z.array(z.string()),
  plans: z.array(
    z.looseObject({
      plan_id: z.string(),
      goal: untrusted,
      step_count: z.number(),
      finished_steps: z.number(),
      aborted: z.string().nullable(),
      warnings: z.array(z.string()),
    }),
  ),
  finished_steps: z.number(),
  /** A server of the release before does not say. */
  going_on: z.number().default(0),
  open_approvals: z.number(),
  conflicts: z.array(conflict),
  more_conflicts: z.number(),
  steps: z.array(step),
  next: z.string().nullable(),
});
export type Execution = z.infer<typeof execution>;

export const eventPage = z.looseObject({
  items: z.array(
    z.looseObject({
      chain: z.string(),
      seq: z.number(),
      type: z.string(),
      at: z.string(),
      actor: z.string(),
      body: z.record(z.string(), json),
    }),
  ),
  next: z.string().nullable(),
});
export const eventsAfter = eventPage.extend({ after: z.string(), status: z.string().nullable() });
export type EventPage = z.infer<typeof eventPage>;

/** Lines as they came: whoever verifies reads them with the schema of the record. */
export const recordPage = z.looseObject({ items: z.array(json), next: z.string().nullable() });

export const artifactList = z.looseObject({
  execution_id: z.string(),
  items: z.array(z.looseObject({ name: z.string(), content_type: z.string() })),
});
export type ArtifactList = z.infer<typeof artifactList>;

/** Answers of which the CLI says only that they came. */
export const anything = z.looseObject({});

export const rollbackPreview = z.looseObject({
  steps: z.array(
    z.looseObject({
      step_id: z.string(),
      tool_name: z.string(),
      layer: z.number(),
      would: z.string(),
      why: z.string(),
    }),
  ),
  more_steps: z.number(),
});
export type RollbackPreview = z.infer<typeof rollbackPreview>;
