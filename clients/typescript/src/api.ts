// Written by `npm run docs` from the OpenAPI document of the API. Change a schema of the API instead.

/** The version of the API that these are the types of. */
export const API_VERSION = "0.2.0";

export type Json = string | number | boolean | null | ReadonlyArray<Json> | { readonly [name: string]: Json };

export type CallRequest = post_calls_body;
export type CallReply = post_calls_reply;
export type Submission = post_executions_body;
export type Submitted = post_executions_reply;
export type Execution = get_executions_id_reply;
export type Aborted = post_executions_id_abort_reply;
export type ApprovalQueue = get_approvals_reply;
export type Approval = get_approvals_id_reply;
export type Decision = post_approvals_id_decision_body;
export type Decided = post_approvals_id_decision_reply;
export type Contract = get_contracts_tool_name_reply;
export type NextWork = post_work_next_body;
export type Work = post_work_next_reply;
export type WorkOutcome = post_work_call_id_outcome_body;
export type WorkRecorded = post_work_call_id_outcome_reply;

export type post_calls_body = {
  readonly agent_id: string;
  readonly tool_name: string;
  readonly arguments?: { readonly [name in string]: Json };
  readonly confidence?: number;
  readonly rationale?: string | null;
  readonly goal?: string | null;
  readonly wait_seconds?: number;
  readonly config?: {
    readonly dry_run_only?: boolean;
    readonly max_live_escalations?: number;
    readonly approval_required_for_high_risk?: true;
    readonly confidence_threshold_for_live?: number;
    readonly enable_rollback_on_failure?: boolean;
    readonly require_validation?: boolean;
    readonly approval_timeout_seconds?: number;
    readonly max_conflicts_before_abort?: number;
    readonly duplicate_window_hours?: number;
  } | null;
  readonly goes_on_with?: string;
};
export type post_calls_reply = {
  readonly call_id: string;
  readonly message: string;
  readonly outcome: "done";
  readonly mode: "MOCK" | "DRY_RUN" | "LIVE";
  readonly made_up: boolean;
  readonly duplicate_of: {
    readonly execution_id: string;
    readonly step_id: string;
  } | null;
  readonly output: Json;
  readonly attached: boolean;
  readonly warnings: ReadonlyArray<string>;
  readonly links: {
    readonly self: string;
    readonly events: string;
    readonly approvals: string;
    readonly artifacts: string;
  };
} | {
  readonly call_id: string;
  readonly message: string;
  readonly outcome: "refused";
  readonly status: "blocked" | "rejected" | "failed" | "expired" | "undone";
  readonly reasons: ReadonlyArray<string>;
  readonly retry: "never" | "later" | "after_change";
  readonly attached: boolean;
  readonly warnings: ReadonlyArray<string>;
  readonly links: {
    readonly self: string;
    readonly events: string;
    readonly approvals: string;
    readonly artifacts: string;
  };
} | {
  readonly call_id: string;
  readonly message: string;
  readonly outcome: "waiting";
  readonly for: "approval" | "resource" | "outcome" | "worker" | "unlock";
  readonly approval_id: string | null;
  readonly poll_after_seconds: number;
  readonly approval_url: string | null;
  readonly attached: boolean;
  readonly warnings: ReadonlyArray<string>;
  readonly links: {
    readonly self: string;
    readonly events: string;
    readonly approvals: string;
    readonly artifacts: string;
  };
};
export type post_executions_body = {
  readonly plans: ReadonlyArray<{
    readonly plan_id: string;
    readonly goal?: string | null;
    readonly deadline_seconds?: number | null;
    readonly agents: ReadonlyArray<{
      readonly agent_id: string;
      readonly permissions?: ReadonlyArray<string>;
    }>;
    readonly steps: ReadonlyArray<{
      readonly step_id: string;
      readonly agent_id: string;
      readonly tool_name: string;
      readonly arguments?: { readonly [name in string]: Json };
      readonly confidence?: number;
      readonly depends_on?: ReadonlyArray<string>;
      readonly rationale?: string | null;
      readonly allow_duplicate?: boolean;
    }>;
  } | {
    readonly plan_id: string;
    readonly agent_assignments: { readonly [name in string]: ReadonlyArray<string> };
    readonly execution_order?: ReadonlyArray<string> | null;
    readonly confidence_scores?: { readonly [name in string]: number } | null;
    readonly tool_arguments?: { readonly [name in string]: { readonly [name in string]: Json } } | null;
    readonly agent_permissions?: { readonly [name in string]: ReadonlyArray<string> } | null;
  }>;
  readonly validations?: ReadonlyArray<{
    readonly validation_id: string;
    readonly plan_id?: string | null;
    readonly status: "passed" | "failed";
    readonly metric_targets?: { readonly [name in string]: {
      readonly value: post_executions_body_schema0;
      readonly target: post_executions_body_schema1;
      readonly status: "passed" | "failed";
    } } | null;
  }> | null;
  readonly config?: {
    readonly dry_run_only?: boolean;
    readonly max_live_escalations?: number;
    readonly approval_required_for_high_risk?: true;
    readonly confidence_threshold_for_live?: number;
    readonly enable_rollback_on_failure?: boolean;
    readonly require_validation?: boolean;
    readonly approval_timeout_seconds?: number;
    readonly max_conflicts_before_abort?: number;
    readonly duplicate_window_hours?: number;
  } | null;
};
export type post_executions_body_schema0 = string | number | boolean | null | ReadonlyArray<post_executions_body_schema0> | { readonly [name in string]: post_executions_body_schema0 };
export type post_executions_body_schema1 = string | number | boolean | null | ReadonlyArray<post_executions_body_schema1> | { readonly [name in string]: post_executions_body_schema1 };
export type post_executions_reply = {
  readonly execution_id: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "INCOMPLETE" | "ROLLED_BACK" | "FAILED" | "ABORTED" | "LOCKED";
  readonly plan_ids: ReadonlyArray<string>;
  readonly step_count: number;
  readonly warnings: ReadonlyArray<string>;
  readonly links: {
    readonly self: string;
    readonly events: string;
    readonly approvals: string;
    readonly artifacts: string;
  };
};
export type get_executions_id_reply = {
  readonly execution_id: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "INCOMPLETE" | "ROLLED_BACK" | "FAILED" | "ABORTED" | "LOCKED";
  readonly submitted_by: string;
  readonly submitted_at: string;
  readonly ended_at: string | null;
  readonly live_enabled: boolean;
  readonly plan_ids: ReadonlyArray<string>;
  readonly step_count: number;
  readonly history: number;
  readonly abort_requested: {
    readonly by: string;
    readonly at: string;
    readonly reason: string;
  } | null;
  readonly resume_requested: {
    readonly by: string;
    readonly at: string;
    readonly reason: string;
    readonly number: number;
  } | null;
  readonly rollback_requested: {
    readonly by: string;
    readonly at: string;
    readonly reason: string;
    readonly depth: number | null;
    readonly number: number;
  } | null;
  readonly manifests: number;
  readonly dry_run_only: boolean;
  readonly can_still_run?: ReadonlyArray<{
    readonly execution_id: string;
    readonly step_id: string;
    readonly side: "forward" | "compensation";
    readonly tool_name: string;
    readonly agent_id: string;
    readonly undoes?: string;
    readonly proposed_by?: string;
    readonly started_at: string;
    readonly may_run_until: string;
  }>;
  readonly warning?: string;
  readonly links: {
    readonly self: string;
    readonly events: string;
    readonly approvals: string;
    readonly artifacts: string;
  };
  readonly config: {
    readonly dry_run_only: boolean;
    readonly max_live_escalations: number;
    readonly approval_required_for_high_risk: true;
    readonly confidence_threshold_for_live: number;
    readonly enable_rollback_on_failure: boolean;
    readonly require_validation: boolean;
    readonly approval_timeout_seconds: number;
    readonly max_conflicts_before_abort: number;
    readonly duplicate_window_hours: number;
  };
  readonly scheduled: boolean;
  readonly warnings: ReadonlyArray<string>;
  readonly plans: ReadonlyArray<{
    readonly plan_id: string;
    readonly source_form: "phase21" | "full";
    readonly goal: {
      readonly untrusted: true;
      readonly text: string;
    } | null;
    readonly deadline_seconds: number | null;
    readonly agents: ReadonlyArray<{
      readonly agent_id: string;
      readonly permissions: ReadonlyArray<string>;
    }>;
    readonly validation: {
      readonly validation_id: string;
      readonly status: "passed" | "failed";
      readonly failed_targets: ReadonlyArray<string>;
    } | null;
    readonly step_count: number;
    readonly states: { readonly [name in "MOCK" | "DRY_RUN" | "AWAITING_APPROVAL" | "LIVE" | "ROLLBACK" | "ABORTED" | "LOCKED"]?: number };
    readonly finished_steps: number;
    readonly aborted: string | null;
    readonly warnings: ReadonlyArray<string>;
  }>;
  readonly states: { readonly [name in "MOCK" | "DRY_RUN" | "AWAITING_APPROVAL" | "LIVE" | "ROLLBACK" | "ABORTED" | "LOCKED"]?: number };
  readonly finished_steps: number;
  readonly going_on: number;
  readonly open_approvals: number;
  readonly conflicts: ReadonlyArray<{
    readonly conflict_id: string;
    readonly conflict_type: "PERMISSION_CONFLICT" | "DUPLICATE_ACTION" | "ORDERING_CONFLICT" | "RESOURCE_CONFLICT" | "RATE_LIMIT_CONFLICT" | "TIMEOUT_CONFLICT";
    readonly severity_score: number;
    readonly step_ids: ReadonlyArray<string>;
    readonly plan_ids: ReadonlyArray<string>;
    readonly tools_involved: ReadonlyArray<string>;
    readonly agents_involved: ReadonlyArray<string>;
    readonly resolution_strategy: "DELAY" | "REASSIGN" | "DOWNGRADE" | "ABORT";
    readonly resolution_status: "resolved" | "pending" | "failed";
    readonly finding: string;
    readonly resolution: string;
    readonly details: { readonly [name in string]: Json };
    readonly found_at?: string;
  }>;
  readonly more_conflicts: number;
  readonly steps: ReadonlyArray<{
    readonly step_id: string;
    readonly source_step_id: string;
    readonly plan_id: string;
    readonly tool_name: string;
    readonly agent_id: string;
    readonly acting_agent_id: string;
    readonly risk_level: "LOW" | "MEDIUM" | "HIGH";
    readonly confidence: number;
    readonly state: "MOCK" | "DRY_RUN" | "AWAITING_APPROVAL" | "LIVE" | "ROLLBACK" | "ABORTED" | "LOCKED";
    readonly phase: "open" | "finished" | "reconcile" | "reconcile_undo" | "undo_asked" | "undo_failed" | "undo_frozen";
    readonly finished: boolean;
    readonly ending: "live" | "preview_only" | "ceiling" | "rejected" | "expired" | "conflict" | "dependency" | "lock" | "execution_aborted" | "plan_failed" | "not_started" | "failed" | "compensated" | "undo_accepted" | null;
    readonly reason: string | null;
    readonly mode_reached: "MOCK" | "DRY_RUN" | "LIVE" | null;
    readonly made_up: boolean;
    readonly ceiling: {
      readonly mode: "MOCK" | "DRY_RUN" | "LIVE";
      readonly reasons: ReadonlyArray<{
        readonly cause: "confidence" | "risk" | "contract" | "configuration" | "live_enabled" | "lock" | "validation" | "conflict" | "live_budget" | "deadline" | "dependency" | "quarantine";
        readonly mode: "MOCK" | "DRY_RUN" | "LIVE";
        readonly message: string;
      }>;
    } | null;
    readonly approval_needed: boolean;
    readonly approval_id: string | null;
    readonly provisional: boolean;
    readonly depends_on: ReadonlyArray<string>;
    readonly rank: number;
    readonly updated_at: string;
  }>;
  readonly next: string | null;
};
export type post_executions_id_abort_reply = {
  readonly execution_id: string;
  readonly status: "RUNNING" | "SUCCEEDED" | "INCOMPLETE" | "ROLLED_BACK" | "FAILED" | "ABORTED" | "LOCKED";
  readonly submitted_by: string;
  readonly submitted_at: string;
  readonly ended_at: string | null;
  readonly live_enabled: boolean;
  readonly plan_ids: ReadonlyArray<string>;
  readonly step_count: number;
  readonly history: number;
  readonly abort_requested: {
    readonly by: string;
    readonly at: string;
    readonly reason: string;
  } | null;
  readonly resume_requested: {
    readonly by: string;
    readonly at: string;
    readonly reason: string;
    readonly number: number;
  } | null;
  readonly rollback_requested: {
    readonly by: string;
    readonly at: string;
    readonly reason: string;
    readonly depth: number | null;
    readonly number: number;
  } | null;
  readonly manifests: number;
  readonly dry_run_only: boolean;
  readonly can_still_run?: ReadonlyArray<{
    readonly execution_id: string;
    readonly step_id: string;
    readonly side: "forward" | "compensation";
    readonly tool_name: string;
    readonly agent_id: string;
    readonly undoes?: string;
    readonly proposed_by?: string;
    readonly started_at: string;
    readonly may_run_until: string;
  }>;
  readonly warning?: string;
  readonly links: {
    readonly self: string;
    readonly events: string;
    readonly approvals: string;
    readonly artifacts: string;
  };
};
export type get_approvals_reply = {
  readonly plans: ReadonlyArray<{
    readonly execution_id: string;
    readonly plan_id: string;
    readonly goal: {
      readonly untrusted: true;
      readonly text: string;
    } | null;
    readonly soonest_expiry: string | null;
    readonly approvals: ReadonlyArray<{
      readonly approval_id: string;
      readonly kind: "approve" | "reconcile" | "reconcile_undo" | "undo_failed" | "undo";
      readonly status: "open" | "approved" | "rejected" | "edited" | "expired" | "voided" | "happened" | "did_not_happen" | "undone" | "accepted";
      readonly execution_id: string;
      readonly plan_id: string;
      readonly step_id: string;
      readonly tool_name: string;
      readonly proposed_by: string;
      readonly acting_agent_id: string;
      readonly risk_level: "LOW" | "MEDIUM" | "HIGH";
      readonly confidence: number;
      readonly arguments: { readonly [name in string]: Json };
      readonly argument_sources: ReadonlyArray<{
        readonly at: string;
        readonly from: string;
        readonly path: string;
      }>;
      readonly argument_notes?: ReadonlyArray<string>;
      readonly summary: string;
      readonly sent?: {
        readonly at: string;
        readonly idempotency_key: string;
      };
      readonly changes: ReadonlyArray<{
        readonly record: string;
        readonly field: string;
        readonly old: Json;
        readonly new: Json;
      }>;
      readonly picture?: {
        readonly media_type: "image/jpeg";
        readonly href: string;
        readonly digest: string;
      };
      readonly reasons: ReadonlyArray<string>;
      readonly already_ran: ReadonlyArray<string>;
      readonly rejection_stops: ReadonlyArray<string>;
      readonly also_writes: ReadonlyArray<string>;
      readonly drift: ReadonlyArray<{
        readonly record: string;
        readonly field: string;
        readonly old: Json;
        readonly new: Json;
      }>;
      readonly submitted_by?: string;
      readonly earlier_decisions?: ReadonlyArray<{
        readonly approval_id: string;
        readonly execution_id: string;
        readonly step_id: string;
        readonly status: "open" | "rejected" | "edited" | "approved";
        readonly created_at: string;
        readonly decided_at: string | null;
        readonly decided_by: string | null;
        readonly comment: string | null;
        readonly changes: ReadonlyArray<{
          readonly at: string;
          readonly old?: Json;
          readonly new?: Json;
        }>;
        readonly more_changes: number;
      }>;
      readonly asked_in_order?: ReadonlyArray<string>;
      readonly asked?: ReadonlyArray<{
        readonly name: string | null;
        readonly place: number | null;
        readonly at: string;
        readonly because: "first" | "unopened" | "away" | "barred";
        readonly passed_over: ReadonlyArray<{
          readonly name: string;
          readonly until: string;
        }>;
        readonly barred?: ReadonlyArray<string>;
      }>;
      readonly digest: string;
      readonly approvals_required: number;
      readonly votes: ReadonlyArray<{
        readonly by: string;
        readonly at: string;
        readonly comment: string | null;
      }>;
      readonly excluded: ReadonlyArray<string>;
      readonly preview_made_at: string;
      readonly created_at: string;
      readonly expires_at: string | null;
      readonly extensions: ReadonlyArray<{
        readonly by: string;
        readonly at: string;
        readonly seconds: number;
        readonly expires_at: string;
        readonly reason: string | null;
      }>;
      readonly reminded_at: string | null;
      readonly opened_by: ReadonlyArray<string>;
      readonly decided_at: string | null;
      readonly decided_by: string | null;
      readonly comment: string | null;
      readonly edited_arguments: { readonly [name in string]: Json } | null;
      readonly goal: {
        readonly untrusted: true;
        readonly text: string;
      } | null;
      readonly rationale: {
        readonly untrusted: true;
        readonly text: string;
      } | null;
      readonly remaining_seconds: number | null;
      readonly preview_age_seconds: number;
      readonly approvals_given: number;
      readonly you_may: ReadonlyArray<"approve" | "reject" | "edit" | "happened" | "did_not_happen" | "undone" | "accepted">;
      readonly you_may_not_because: string | null;
      readonly voted_by_you: boolean;
      readonly opened_by_you: boolean;
      readonly followed_by: string | null;
      readonly worker_note?: string;
    }>;
  }>;
  readonly count: number;
  readonly unreadable: ReadonlyArray<string>;
  readonly next: string | null;
};
export type get_approvals_id_reply = {
  readonly approval_id: string;
  readonly kind: "approve" | "reconcile" | "reconcile_undo" | "undo_failed" | "undo";
  readonly status: "open" | "approved" | "rejected" | "edited" | "expired" | "voided" | "happened" | "did_not_happen" | "undone" | "accepted";
  readonly execution_id: string;
  readonly plan_id: string;
  readonly step_id: string;
  readonly tool_name: string;
  readonly proposed_by: string;
  readonly acting_agent_id: string;
  readonly risk_level: "LOW" | "MEDIUM" | "HIGH";
  readonly confidence: number;
  readonly arguments: { readonly [name in string]: Json };
  readonly argument_sources: ReadonlyArray<{
    readonly at: string;
    readonly from: string;
    readonly path: string;
  }>;
  readonly argument_notes?: ReadonlyArray<string>;
  readonly summary: string;
  readonly sent?: {
    readonly at: string;
    readonly idempotency_key: string;
  };
  readonly changes: ReadonlyArray<{
    readonly record: string;
    readonly field: string;
    readonly old: Json;
    readonly new: Json;
  }>;
  readonly picture?: {
    readonly media_type: "image/jpeg";
    readonly href: string;
    readonly digest: string;
  };
  readonly reasons: ReadonlyArray<string>;
  readonly already_ran: ReadonlyArray<string>;
  readonly rejection_stops: ReadonlyArray<string>;
  readonly also_writes: ReadonlyArray<string>;
  readonly drift: ReadonlyArray<{
    readonly record: string;
    readonly field: string;
    readonly old: Json;
    readonly new: Json;
  }>;
  readonly submitted_by?: string;
  readonly earlier_decisions?: ReadonlyArray<{
    readonly approval_id: string;
    readonly execution_id: string;
    readonly step_id: string;
    readonly status: "open" | "rejected" | "edited" | "approved";
    readonly created_at: string;
    readonly decided_at: string | null;
    readonly decided_by: string | null;
    readonly comment: string | null;
    readonly changes: ReadonlyArray<{
      readonly at: string;
      readonly old?: Json;
      readonly new?: Json;
    }>;
    readonly more_changes: number;
  }>;
  readonly asked_in_order?: ReadonlyArray<string>;
  readonly asked?: ReadonlyArray<{
    readonly name: string | null;
    readonly place: number | null;
    readonly at: string;
    readonly because: "first" | "unopened" | "away" | "barred";
    readonly passed_over: ReadonlyArray<{
      readonly name: string;
      readonly until: string;
    }>;
    readonly barred?: ReadonlyArray<string>;
  }>;
  readonly digest: string;
  readonly approvals_required: number;
  readonly votes: ReadonlyArray<{
    readonly by: string;
    readonly at: string;
    readonly comment: string | null;
  }>;
  readonly excluded: ReadonlyArray<string>;
  readonly preview_made_at: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly extensions: ReadonlyArray<{
    readonly by: string;
    readonly at: string;
    readonly seconds: number;
    readonly expires_at: string;
    readonly reason: string | null;
  }>;
  readonly reminded_at: string | null;
  readonly opened_by: ReadonlyArray<string>;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly comment: string | null;
  readonly edited_arguments: { readonly [name in string]: Json } | null;
  readonly goal: {
    readonly untrusted: true;
    readonly text: string;
  } | null;
  readonly rationale: {
    readonly untrusted: true;
    readonly text: string;
  } | null;
  readonly remaining_seconds: number | null;
  readonly preview_age_seconds: number;
  readonly approvals_given: number;
  readonly you_may: ReadonlyArray<"approve" | "reject" | "edit" | "happened" | "did_not_happen" | "undone" | "accepted">;
  readonly you_may_not_because: string | null;
  readonly voted_by_you: boolean;
  readonly opened_by_you: boolean;
  readonly followed_by: string | null;
  readonly worker_note?: string;
};
export type post_approvals_id_decision_body = {
  readonly decision: "approve" | "reject" | "edit" | "happened" | "did_not_happen" | "undone" | "accepted";
  readonly digest: string;
  readonly arguments?: { readonly [name in string]: Json };
  readonly comment?: string | null;
};
export type post_approvals_id_decision_reply = {
  readonly approval_id: string;
  readonly kind: "approve" | "reconcile" | "reconcile_undo" | "undo_failed" | "undo";
  readonly status: "open" | "approved" | "rejected" | "edited" | "expired" | "voided" | "happened" | "did_not_happen" | "undone" | "accepted";
  readonly execution_id: string;
  readonly plan_id: string;
  readonly step_id: string;
  readonly tool_name: string;
  readonly proposed_by: string;
  readonly acting_agent_id: string;
  readonly risk_level: "LOW" | "MEDIUM" | "HIGH";
  readonly confidence: number;
  readonly arguments: { readonly [name in string]: Json };
  readonly argument_sources: ReadonlyArray<{
    readonly at: string;
    readonly from: string;
    readonly path: string;
  }>;
  readonly argument_notes?: ReadonlyArray<string>;
  readonly summary: string;
  readonly sent?: {
    readonly at: string;
    readonly idempotency_key: string;
  };
  readonly changes: ReadonlyArray<{
    readonly record: string;
    readonly field: string;
    readonly old: Json;
    readonly new: Json;
  }>;
  readonly picture?: {
    readonly media_type: "image/jpeg";
    readonly href: string;
    readonly digest: string;
  };
  readonly reasons: ReadonlyArray<string>;
  readonly already_ran: ReadonlyArray<string>;
  readonly rejection_stops: ReadonlyArray<string>;
  readonly also_writes: ReadonlyArray<string>;
  readonly drift: ReadonlyArray<{
    readonly record: string;
    readonly field: string;
    readonly old: Json;
    readonly new: Json;
  }>;
  readonly submitted_by?: string;
  readonly earlier_decisions?: ReadonlyArray<{
    readonly approval_id: string;
    readonly execution_id: string;
    readonly step_id: string;
    readonly status: "open" | "rejected" | "edited" | "approved";
    readonly created_at: string;
    readonly decided_at: string | null;
    readonly decided_by: string | null;
    readonly comment: string | null;
    readonly changes: ReadonlyArray<{
      readonly at: string;
      readonly old?: Json;
      readonly new?: Json;
    }>;
    readonly more_changes: number;
  }>;
  readonly asked_in_order?: ReadonlyArray<string>;
  readonly asked?: ReadonlyArray<{
    readonly name: string | null;
    readonly place: number | null;
    readonly at: string;
    readonly because: "first" | "unopened" | "away" | "barred";
    readonly passed_over: ReadonlyArray<{
      readonly name: string;
      readonly until: string;
    }>;
    readonly barred?: ReadonlyArray<string>;
  }>;
  readonly digest: string;
  readonly approvals_required: number;
  readonly votes: ReadonlyArray<{
    readonly by: string;
    readonly at: string;
    readonly comment: string | null;
  }>;
  readonly excluded: ReadonlyArray<string>;
  readonly preview_made_at: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly extensions: ReadonlyArray<{
    readonly by: string;
    readonly at: string;
    readonly seconds: number;
    readonly expires_at: string;
    readonly reason: string | null;
  }>;
  readonly reminded_at: string | null;
  readonly opened_by: ReadonlyArray<string>;
  readonly decided_at: string | null;
  readonly decided_by: string | null;
  readonly comment: string | null;
  readonly edited_arguments: { readonly [name in string]: Json } | null;
  readonly goal: {
    readonly untrusted: true;
    readonly text: string;
  } | null;
  readonly rationale: {
    readonly untrusted: true;
    readonly text: string;
  } | null;
  readonly remaining_seconds: number | null;
  readonly preview_age_seconds: number;
  readonly approvals_given: number;
  readonly you_may: ReadonlyArray<"approve" | "reject" | "edit" | "happened" | "did_not_happen" | "undone" | "accepted">;
  readonly you_may_not_because: string | null;
  readonly voted_by_you: boolean;
  readonly opened_by_you: boolean;
  readonly followed_by: string | null;
  readonly worker_note?: string;
};
export type get_contracts_tool_name_reply = {
  readonly tool_name: string;
  readonly description: string;
  readonly risk_level: "LOW" | "MEDIUM" | "HIGH";
  readonly reversible: boolean;
  readonly required_permissions: ReadonlyArray<string>;
  readonly dependencies: ReadonlyArray<string>;
  readonly timeout_seconds: number;
  readonly mock_provider_available: boolean;
  readonly max_concurrent?: number;
  readonly requires_approval: boolean;
  readonly approvals_required: number;
  readonly asked_in_order?: ReadonlyArray<string>;
  readonly input_schema: { readonly [name in string]: Json };
  readonly output_schema?: { readonly [name in string]: Json };
  readonly resources: ReadonlyArray<{
    readonly key: string;
    readonly access: "read" | "write";
  }>;
  readonly rate_limit: {
    readonly service: string;
    readonly limit: number;
    readonly window_seconds: number;
  } | null;
  readonly compensation: "none" | "adapter" | {
    readonly tool_name: string;
    readonly arguments: { readonly [name in string]: Json };
  };
  readonly outcome_resolution: "IDEMPOTENT_KEY" | "QUERYABLE" | "OPAQUE";
  readonly idempotency_window_seconds?: number;
  readonly duplicate_sensitive: boolean;
  readonly binding?: {
    readonly kind: "sandbox";
  } | {
    readonly kind: "http";
    readonly operation?: string;
    readonly hosts: ReadonlyArray<string>;
    readonly call: {
      readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
      readonly url: string;
      readonly headers: { readonly [name in string]: string | {
        readonly secret: string;
      } };
      readonly body?: Json;
      readonly form?: { readonly [name in string]: Json };
      readonly auth?: {
        readonly as: "bearer";
        readonly secret: string;
      } | {
        readonly as: "basic";
        readonly username?: string;
        readonly secret: string;
      } | {
        readonly as: "header";
        readonly header: string;
        readonly secret: string;
      } | {
        readonly as: "client_credentials";
        readonly token_url: string;
        readonly client_id: string;
        readonly secret: string;
        readonly scope?: string;
      };
      readonly idempotency_header?: string;
      readonly output?: string;
    };
    readonly read?: {
      readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
      readonly url: string;
      readonly headers: { readonly [name in string]: string | {
        readonly secret: string;
      } };
      readonly body?: Json;
      readonly form?: { readonly [name in string]: Json };
      readonly auth?: {
        readonly as: "bearer";
        readonly secret: string;
      } | {
        readonly as: "basic";
        readonly username?: string;
        readonly secret: string;
      } | {
        readonly as: "header";
        readonly header: string;
        readonly secret: string;
      } | {
        readonly as: "client_credentials";
        readonly token_url: string;
        readonly client_id: string;
        readonly secret: string;
        readonly scope?: string;
      };
    };
    readonly changes: ReadonlyArray<{
      readonly field: string;
      readonly old: string;
      readonly new: Json;
    }>;
    readonly look_up?: {
      readonly request: {
        readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
        readonly url: string;
        readonly headers: { readonly [name in string]: string | {
          readonly secret: string;
        } };
        readonly body?: Json;
        readonly form?: { readonly [name in string]: Json };
        readonly auth?: {
          readonly as: "bearer";
          readonly secret: string;
        } | {
          readonly as: "basic";
          readonly username?: string;
          readonly secret: string;
        } | {
          readonly as: "header";
          readonly header: string;
          readonly secret: string;
        } | {
          readonly as: "client_credentials";
          readonly token_url: string;
          readonly client_id: string;
          readonly secret: string;
          readonly scope?: string;
        };
      };
      readonly happened_when: {
        readonly path: string;
        readonly equals: Json;
      };
      readonly did_not_happen_when?: {
        readonly path: string;
        readonly equals: Json;
      };
      readonly output?: string;
    };
    readonly undo?: {
      readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
      readonly url: string;
      readonly headers: { readonly [name in string]: string | {
        readonly secret: string;
      } };
      readonly body?: Json;
      readonly form?: { readonly [name in string]: Json };
      readonly auth?: {
        readonly as: "bearer";
        readonly secret: string;
      } | {
        readonly as: "basic";
        readonly username?: string;
        readonly secret: string;
      } | {
        readonly as: "header";
        readonly header: string;
        readonly secret: string;
      } | {
        readonly as: "client_credentials";
        readonly token_url: string;
        readonly client_id: string;
        readonly secret: string;
        readonly scope?: string;
      };
      readonly idempotency_header?: string;
      readonly only_when?: {
        readonly request: {
          readonly method: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
          readonly url: string;
          readonly headers: { readonly [name in string]: string | {
            readonly secret: string;
          } };
          readonly body?: Json;
          readonly form?: { readonly [name in string]: Json };
          readonly auth?: {
            readonly as: "bearer";
            readonly secret: string;
          } | {
            readonly as: "basic";
            readonly username?: string;
            readonly secret: string;
          } | {
            readonly as: "header";
            readonly header: string;
            readonly secret: string;
          } | {
            readonly as: "client_credentials";
            readonly token_url: string;
            readonly client_id: string;
            readonly secret: string;
            readonly scope?: string;
          };
        };
        readonly still: {
          readonly path: string;
          readonly equals: Json;
        };
      };
    };
    readonly no_effect_statuses: ReadonlyArray<number>;
  } | {
    readonly kind: "mcp";
    readonly server: string;
    readonly call: {
      readonly tool: string;
      readonly arguments?: Json;
      readonly idempotency_meta?: string;
      readonly output?: string;
    };
    readonly read?: {
      readonly tool: string;
      readonly arguments?: Json;
    };
    readonly changes: ReadonlyArray<{
      readonly field: string;
      readonly old: string;
      readonly new: Json;
    }>;
    readonly look_up?: {
      readonly request: {
        readonly tool: string;
        readonly arguments?: Json;
      };
      readonly happened_when: {
        readonly path: string;
        readonly equals: Json;
      };
      readonly did_not_happen_when?: {
        readonly path: string;
        readonly equals: Json;
      };
      readonly output?: string;
    };
    readonly undo?: {
      readonly tool: string;
      readonly arguments?: Json;
      readonly idempotency_meta?: string;
      readonly only_when?: {
        readonly request: {
          readonly tool: string;
          readonly arguments?: Json;
        };
        readonly still: {
          readonly path: string;
          readonly equals: Json;
        };
      };
    };
    readonly no_effect_on_error: boolean;
    readonly text_is_json: boolean;
    readonly pins: ReadonlyArray<{
      readonly name: string;
      readonly description: string;
      readonly input_schema: { readonly [name in string]: Json };
      readonly output_schema?: { readonly [name in string]: Json };
      readonly annotations?: { readonly [name in string]: Json };
    }>;
  } | {
    readonly kind: "lambda";
    readonly function: string;
    readonly read_function?: string;
    readonly previews: boolean;
    readonly undo: boolean;
    readonly looks_up: boolean;
  } | {
    readonly kind: "worker";
    readonly group: string;
    readonly previews: boolean;
    readonly undo: boolean;
    readonly looks_up: boolean;
    readonly start_seconds?: number;
  } | {
    readonly kind: "browser";
    readonly hosts: ReadonlyArray<string>;
    readonly open?: string | {
      readonly $arg: string;
    };
    readonly sign_in?: {
      readonly open: string;
      readonly actions: ReadonlyArray<{
        readonly fill: {
          readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
          readonly name?: Json;
          readonly label?: Json;
          readonly selector?: Json;
        };
        readonly secret: string;
      } | {
        readonly fill: {
          readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
          readonly name?: Json;
          readonly label?: Json;
          readonly selector?: Json;
        };
        readonly value: string;
      } | {
        readonly click: {
          readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
          readonly name?: Json;
          readonly label?: Json;
          readonly selector?: Json;
        };
      }>;
      readonly signed_in_when: {
        readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
        readonly name?: Json;
        readonly label?: Json;
        readonly selector?: Json;
      };
    };
    readonly actions: ReadonlyArray<{
      readonly fill: {
        readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
        readonly name?: Json;
        readonly label?: Json;
        readonly selector?: Json;
      };
      readonly value: Json;
    } | {
      readonly click: {
        readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
        readonly name?: Json;
        readonly label?: Json;
        readonly selector?: Json;
      };
      readonly dialogs: "accept" | "dismiss";
    } | {
      readonly read: {
        readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
        readonly name?: Json;
        readonly label?: Json;
        readonly selector?: Json;
      } | "page";
      readonly as: string;
    } | {
      readonly look: true;
      readonly as: string;
    } | {
      readonly screenshot: "window" | "page" | {
        readonly $arg: string;
      };
      readonly as: string;
    }>;
    readonly output?: string;
    readonly done_when?: {
      readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
      readonly name?: Json;
      readonly label?: Json;
      readonly selector?: Json;
    };
    readonly look_up?: {
      readonly open: string | {
        readonly $arg: string;
      };
      readonly actions: ReadonlyArray<{
        readonly fill: {
          readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
          readonly name?: Json;
          readonly label?: Json;
          readonly selector?: Json;
        };
        readonly value: Json;
      } | {
        readonly click: {
          readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
          readonly name?: Json;
          readonly label?: Json;
          readonly selector?: Json;
        };
        readonly dialogs: "accept" | "dismiss";
      } | {
        readonly read: {
          readonly role?: "alert" | "alertdialog" | "application" | "article" | "banner" | "blockquote" | "button" | "caption" | "cell" | "checkbox" | "code" | "columnheader" | "combobox" | "complementary" | "contentinfo" | "definition" | "deletion" | "dialog" | "directory" | "document" | "emphasis" | "feed" | "figure" | "form" | "generic" | "grid" | "gridcell" | "group" | "heading" | "img" | "insertion" | "link" | "list" | "listbox" | "listitem" | "log" | "main" | "marquee" | "math" | "menu" | "menubar" | "menuitem" | "menuitemcheckbox" | "menuitemradio" | "meter" | "navigation" | "none" | "note" | "option" | "paragraph" | "presentation" | "progressbar" | "radio" | "radiogroup" | "region" | "row" | "rowgroup" | "rowheader" | "scrollbar" | "search" | "searchbox" | "separator" | "slider" | "spinbutton" | "status" | "strong" | "subscript" | "superscript" | "switch" | "tab" | "table" | "tablist" | "tabpanel" | "term" | "textbox" | "time" | "timer" | "toolbar" | "tooltip" | "tree" | "treegrid" | "treeitem";
          readonly name?: Json;
          readonly label?: Json;
          readonly selector?: Json;
        } | "page";
        readonly as: string;
      } | {
        readonly look: true;
        readonly as: string;
      } | {
        readonly screenshot: "window" | "page" | {
          readonly $arg: string;
        };
        readonly as: string;
      }>;
      readonly happened_when: {
        readonly path: string;
        readonly equals: Json;
      };
      readonly did_not_happen_when?: {
        readonly path: string;
        readonly equals: Json;
      };
      readonly output?: string;
    };
  } | {
    readonly kind: "builtin";
    readonly adapter: "msgraph_mail";
    readonly tenant_id: string;
    readonly client_id: string;
    readonly sender: string;
    readonly secret: string;
    readonly graph_host: string;
    readonly login_host: string;
  } | {
    readonly kind: "builtin";
    readonly adapter: "gohighlevel_contacts";
    readonly does: "search" | "create" | "update";
    readonly location_id: string;
    readonly secret: string;
    readonly host: string;
  } | {
    readonly kind: "builtin";
    readonly adapter: "memory" | "goals";
  };
  readonly version: number;
  readonly content_hash: string;
};
export type post_work_next_body = {
  readonly tools: ReadonlyArray<string>;
  readonly wait_seconds?: number;
  readonly question?: string;
  readonly over?: boolean;
};
export type post_work_next_reply = {
  readonly call: {
    readonly call_id: string;
    readonly group: string;
    readonly tool_name: string;
    readonly rung: "preview" | "preview_undo" | "call" | "undo" | "look_up";
    readonly side: "forward" | "compensation";
    readonly arguments: { readonly [name in string]: Json };
    readonly undo: { readonly [name in string]: Json } | null;
    readonly idempotency_key: string;
    readonly undoes: string | null;
    readonly execution_id: string;
    readonly step_id: string;
    readonly agent_id: string;
    readonly traceparent?: string;
    readonly offered_at: string;
    readonly start_by: string;
    readonly deadline: string;
  } | null;
};
export type post_work_call_id_outcome_body = {
  readonly outcome: "committed";
  readonly output?: Json;
  readonly undo?: { readonly [name in string]: Json } | null;
} | {
  readonly outcome: "rejected";
  readonly error: string;
} | {
  readonly outcome: "indeterminate";
  readonly error: string;
};
export type post_work_call_id_outcome_reply = {
  readonly call_id: string;
  readonly recorded: "in_time" | "late";
  readonly at: string;
};
export type Problem = {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly violations?: ReadonlyArray<{
    readonly path: string;
    readonly rule: string;
    readonly message: string;
  }>;
  readonly more?: number;
  readonly limit?: {
    readonly name: string;
    readonly value: number;
    readonly unit: string;
  };
  readonly retry_after_seconds?: number;
  readonly reason?: string;
  readonly stands_now?: {
    readonly approval_id: string;
    readonly digest: string;
    readonly known: boolean;
    readonly changes: ReadonlyArray<{
      readonly at: string;
      readonly old?: Json;
      readonly new?: Json;
    }>;
    readonly more_changes: number;
    readonly drift: ReadonlyArray<{
      readonly record: string;
      readonly field: string;
      readonly old: Json;
      readonly new: Json;
    }>;
  };
  readonly required_scope?: string;
  readonly instance?: string;
};
