import { z } from "zod";
import { type ExecutionMode, executionMode } from "../contracts/ceiling.ts";
import type { Aggregate } from "../feedback/aggregate.ts";
import { compareText } from "../feedback/counts.ts";
import { anomaliesOf, anomaly } from "./anomalies.ts";
import { assessmentOf } from "./assessment.ts";
import { meanStepConfidence } from "./live-outcomes.ts";
import { meanLatencyMs, metrics, metricsOf } from "./metrics.ts";
import { healthStatus, scoreOf, statusOfScore } from "./score.ts";

const count = z.number().int().nonnegative();

/** system_health.json: the system over the last 24 hours. */
export const systemHealth = z.strictObject({
  timestamp: z.iso.datetime(),
  /** Both null while there is no evidence yet; `health_assessment` says so in words. */
  health_score: z.number().min(0).max(100).nullable(),
  health_status: healthStatus.nullable(),
  execution_mode: executionMode,
  active_executions: count,
  completed_executions: count,
  failed_executions: count,
  /** Steps that a rule, a lock or a person kept from going on. */
  blocked_by_safety: count,
  avg_tool_confidence: z.number().min(0).max(1).nullable(),
  anomalies: z.array(anomaly),
  anomalies_detected: count,
  success_rate: z.number().min(0).max(1).nullable(),
  rollbacks_triggered: count,
  conflicts_detected: count,
  /** Per step that ran, without waiting for people. */
  avg_execution_time_ms: z.number().nonnegative().nullable(),
  metrics,
  health_assessment: z.string(),
  /** Executions of these hours that are in no sum, because they cannot be read. Reports of releases before name none. */
  unread_executions: z.array(z.string()).default([]),
});
export type SystemHealth = z.infer<typeof systemHealth>;

export type HealthInput = {
  /** The sum over the executions of the last 24 hours. */
  readonly window: Aggregate;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** The highest mode that the system allows now. */
  readonly execution_mode: ExecutionMode;
  readonly active_executions: number;
};

export const healthReport = ({ window, at, execution_mode, active_executions }: HealthInput): SystemHealth => {
  const anomalies = anomaliesOf(window).sort(
    (one, other) => other.severity - one.severity || compareText(one.anomaly_type, other.anomaly_type),
  );
  const score = scoreOf(window, anomalies);
  const health_score = score?.score ?? null;
  const measured = metricsOf(window, health_score);
  return {
    timestamp: at,
    health_score,
    health_status: health_score === null ? null : statusOfScore(health_score),
    execution_mode,
    active_executions,
    completed_executions: window.executions.completed,
    failed_executions: window.executions.failed,
    blocked_by_safety: window.steps.by_status.blocked ?? 0,
    avg_tool_confidence: meanStepConfidence(window),
    anomalies,
    anomalies_detected: anomalies.length,
    success_rate: measured.tool_success_rate,
    rollbacks_triggered: window.rollbacks,
    conflicts_detected: Object.values(window.conflicts.by_type).reduce((sum, each) => sum + each, 0),
    avg_execution_time_ms: meanLatencyMs(window),
    metrics: measured,
    health_assessment: assessmentOf(window, score, anomalies),
    unread_executions: window.unread,
  };
};
