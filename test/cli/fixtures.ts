import { approvalView } from "../../functions/api/schemas/approvals.ts";
import { executionDetail } from "../../functions/api/schemas/executions.ts";
import { stepView } from "../../functions/api/schemas/steps.ts";
import type { JsonObject } from "../../shared/plan/json.ts";

const plain = (value: unknown): JsonObject => JSON.parse(JSON.stringify(value));

/** A request as the server sends it: parsed by the server's own schema. */
export const anApproval = (changes: Record<string, unknown> = {}): JsonObject =>
  plain(
    approvalView.parse({
      approval_id: "ap1",
      kind: "approve",
      status: "open",
      execution_id: "ex1",
      plan_id: "plan_a",
      step_id: "s1",
      tool_name: "ghl_update_contact",
      proposed_by: "agent_1",
      acting_agent_id: "agent_1",
      risk_level: "MEDIUM",
      confidence: 0.9,
      goal: { untrusted: true, text: "Tidy up" },
      rationale: null,
      arguments: { contact_id: "c1", fields: { stage: "customer" } },
      argument_sources: [],
      summary: "updates stage of contact c1",
      changes: [{ record: "ghl:contact:c1", field: "stage", old: "lead", new: "customer" }],
      reasons: ["the contract asks for approval"],
      already_ran: [],
      rejection_stops: [],
      also_writes: [],
      drift: [],
      digest: "d1",
      approvals_required: 1,
      votes: [],
      excluded: ["alice"],
      preview_made_at: "2026-01-31T12:00:00.000Z",
      created_at: "2026-01-31T12:00:00.000Z",
      expires_at: "2026-01-31T13:00:00.000Z",
      opened_by: [],
      decided_at: null,
      decided_by: null,
      comment: null,
      edited_arguments: null,
      remaining_seconds: 3600,
      preview_age_seconds: 4,
      approvals_given: 0,
      voted_by_you: false,
      you_may: ["approve", "edit", "reject"],
      you_may_not_because: null,
      opened_by_you: false,
      followed_by: null,
      ...changes,
    }),
  );

export const aQueue = (...approvals: JsonObject[]): JsonObject => ({
  plans:
    approvals.length === 0
      ? []
      : [{ execution_id: "ex1", plan_id: "plan_a", goal: null, soonest_expiry: null, approvals }],
  count: approvals.length,
  next: null,
});

export const aStep = (changes: Record<string, unknown> = {}): JsonObject =>
  plain(
    stepView.parse({
      step_id: "s1",
      source_step_id: "s1",
      plan_id: "plan_a",
      tool_name: "ghl_update_contact",
      agent_id: "agent_1",
      acting_agent_id: "agent_1",
      risk_level: "MEDIUM",
      confidence: 0.9,
      state: "LIVE",
      phase: "finished",
      finished: true,
      ending: "live",
      reason: null,
      mode_reached: "LIVE",
      made_up: false,
      ceiling: { mode: "LIVE", reasons: [] },
      approval_needed: true,
      approval_id: null,
      provisional: false,
      depends_on: [],
      rank: 0,
      updated_at: "2026-01-31T12:00:00.000Z",
      ...changes,
    }),
  );

const links = { self: "", events: "", approvals: "", artifacts: "" };

export const anExecution = (changes: Record<string, unknown> = {}): JsonObject =>
  plain(
    executionDetail.parse({
      execution_id: "ex1",
      status: "SUCCEEDED",
      submitted_by: "alice",
      submitted_at: "2026-01-31T12:00:00.000Z",
      ended_at: "2026-01-31T12:00:09.000Z",
      live_enabled: true,
      plan_ids: ["plan_a"],
      step_count: 1,
      history: 1,
      abort_requested: null,
      resume_requested: null,
      rollback_requested: null,
      manifests: 1,
      dry_run_only: false,
      links,
      config: {
        dry_run_only: false,
        max_live_escalations: 5,
        approval_required_for_high_risk: true,
        confidence_threshold_for_live: 0.75,
        enable_rollback_on_failure: true,
        require_validation: false,
        approval_timeout_seconds: 60,
        max_conflicts_before_abort: 5,
        duplicate_window_hours: 24,
      },
      scheduled: true,
      warnings: [],
      plans: [
        {
          plan_id: "plan_a",
          source_form: "full",
          goal: { untrusted: true, text: "Tidy up" },
          deadline_seconds: null,
          agents: [],
          validation: null,
          step_count: 1,
          states: { LIVE: 1 },
          finished_steps: 1,
          aborted: null,
          warnings: [],
        },
      ],
      states: { LIVE: 1 },
      finished_steps: 1,
      going_on: 0,
      open_approvals: 0,
      conflicts: [],
      more_conflicts: 0,
      steps: [aStep()],
      next: null,
      ...changes,
    }),
  );

export const aProblem = (status: number, changes: JsonObject = {}): JsonObject => ({
  type: "about:blank",
  title: "refused",
  status,
  detail: `status ${status}`,
  ...changes,
});
