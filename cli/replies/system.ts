import { z } from "zod";
import { json } from "../../shared/plan/json.ts";

const lockScope = z.looseObject({
  kind: z.string(),
  tool_name: z.string().optional(),
  agent_id: z.string().optional(),
  execution_id: z.string().optional(),
});
export type LockScopeReply = z.infer<typeof lockScope>;

export const lock = z.looseObject({
  lock_id: z.string(),
  scope: lockScope,
  mode: z.string(),
  reason: z.string(),
  locked_by: z.string(),
  locked_at: z.string(),
});
export type LockView = z.infer<typeof lock>;

export const inFlight = z.looseObject({
  execution_id: z.string(),
  step_id: z.string(),
  tool_name: z.string(),
  agent_id: z.string(),
  may_run_until: z.string(),
});
export type InFlightView = z.infer<typeof inFlight>;

export const systemState = z.looseObject({
  live_enabled: z.boolean(),
  registry_open: z.boolean(),
  locks: z.array(lock),
  running_executions: z.number(),
  in_flight: z.looseObject({ count: z.number(), calls: z.array(inFlight) }),
  /** Servers of earlier releases do not say. */
  left_alone: z.array(z.looseObject({ service: z.string(), until: z.string(), reason: z.string() })).default([]),
  versions: z.record(z.string(), z.string()),
});
export type SystemState = z.infer<typeof systemState>;

export const lockReply = z.looseObject({
  lock,
  can_still_run: z.array(inFlight),
  warning: z.string().optional(),
  told: z.number(),
  /** A server of the release before tells all of them before it answers. */
  still_to_tell: z.number().default(0),
});
export type LockReply = z.infer<typeof lockReply>;

export const unlockReply = z.looseObject({ unlocked: lock });
export type UnlockReply = z.infer<typeof unlockReply>;

export const liveReply = z.looseObject({
  live_enabled: z.boolean(),
  changed: z.boolean(),
  can_still_run: z.array(inFlight).optional(),
  warning: z.string().optional(),
});
export type LiveReply = z.infer<typeof liveReply>;

const figure = z.number().nullable();

export const health = z.looseObject({
  timestamp: z.string(),
  health_score: z.number().nullable(),
  health_status: z.string().nullable(),
  execution_mode: z.string(),
  active_executions: z.number(),
  completed_executions: z.number(),
  failed_executions: z.number(),
  blocked_by_safety: z.number(),
  rollbacks_triggered: z.number(),
  conflicts_detected: z.number(),
  anomalies: z.array(
    z.looseObject({ anomaly_type: z.string(), severity: z.number(), sample_size: z.number(), description: z.string() }),
  ),
  metrics: z.record(z.string(), figure),
  health_assessment: z.string(),
});
export type Health = z.infer<typeof health>;

export const metric = z.looseObject({
  name: z.string(),
  since: z.string(),
  until: z.string(),
  points: z.array(z.looseObject({ at: z.string(), value: figure, unread: z.number().optional() })),
  /** Servers of earlier releases do not say. */
  unreadable: z.array(z.string()).optional(),
});
export type Metric = z.infer<typeof metric>;

export const signal = z.looseObject({
  timestamp: z.string(),
  signal_type: z.string(),
  tool_name: z.string(),
  insight: z.string(),
  recommended_action: z.string(),
  confidence: z.number(),
  target_phase: z.number(),
  evidence: z.looseObject({ sample_size: z.number(), details: z.record(z.string(), json) }),
});
export type Signal = z.infer<typeof signal>;

const counted = { trials: z.number(), successes: z.number() };
export const calibration = z.looseObject({
  agents: z.array(
    z.looseObject({ ...counted, agent_id: z.string(), stated_confidence: z.number(), success_rate: z.number() }),
  ),
  tools: z.array(z.looseObject({ ...counted, tool_name: z.string() })),
  unread_executions: z.array(z.string()).optional(),
  /** Servers of earlier releases tell all at once. */
  next: z.string().nullable().default(null),
});
export type Calibration = z.infer<typeof calibration>;

export const signalPage = z.looseObject({
  items: z.array(signal),
  unreadable: z.array(z.string()).optional(),
  next: z.string().nullable(),
});
export type SignalPage = z.infer<typeof signalPage>;

export const heldPage = z.looseObject({
  items: z.array(
    z.looseObject({
      execution_id: z.string(),
      status: z.string(),
      submitted_by: z.string(),
      plan_ids: z.array(z.string()),
      steps_held: z.number(),
      held_by: lock.nullable(),
    }),
  ),
  /** Servers of earlier releases do not say. */
  unreadable: z.array(z.string()).optional(),
  next: z.string().nullable(),
});
export type HeldExecution = z.infer<typeof heldPage>["items"][number];

export const resumeResults = z.looseObject({
  results: z.array(
    z.looseObject({ ok: z.boolean(), id: z.string(), problem: z.looseObject({ detail: z.string() }).optional() }),
  ),
});
export type ResumeResults = z.infer<typeof resumeResults>;

export const workState = z.looseObject({
  groups: z.array(
    z.looseObject({
      group: z.string(),
      tools: z.array(
        z.looseObject({
          tool_name: z.string(),
          last_asked_at: z.string().nullable(),
          last_asked_by: z.string().nullable(),
        }),
      ),
      waiting: z.array(
        z.looseObject({
          tool_name: z.string(),
          rung: z.string(),
          execution_id: z.string(),
          offered_at: z.string(),
          start_by: z.string(),
        }),
      ),
    }),
  ),
});
export type WorkState = z.infer<typeof workState>;
