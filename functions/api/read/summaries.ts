import type { ExecutionRecord } from "../../../shared/execution/record/execution-record.ts";
import type { EXECUTION_STATES } from "../../../shared/execution/record/states.ts";
import { linksOf } from "../http/links.ts";
import type { ExecutionSummary, StateCounts, UntrustedText } from "../schemas.ts";

export const summaryOf = (record: ExecutionRecord): ExecutionSummary => ({
  execution_id: record.execution_id,
  status: record.status,
  submitted_by: record.submitted_by,
  submitted_at: record.submitted_at,
  // Conclude writes it before the artifacts, `status` follows with them: who reads an end here finds its artifacts.
  ended_at: record.status === "RUNNING" ? null : record.ended_at,
  live_enabled: record.live_enabled,
  plan_ids: record.plan_ids,
  step_count: record.step_count,
  history: record.history,
  abort_requested: record.abort_requested,
  resume_requested: record.resume_requested,
  rollback_requested: record.rollback_requested,
  manifests: record.manifests,
  dry_run_only: record.config.dry_run_only,
  links: linksOf(record.execution_id),
});

export const untrusted = (text: string | null): UntrustedText | null =>
  text === null ? null : { untrusted: true, text };

export const countStates = (states: readonly (typeof EXECUTION_STATES)[number][]): StateCounts => {
  const counts: StateCounts = {};
  for (const state of states) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
};
