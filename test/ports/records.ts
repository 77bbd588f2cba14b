import { type ToolContract, toolContract } from "../../shared/contracts/tool-contract.ts";
import { type ApprovalRequest, approvalRequest } from "../../shared/execution/approval/approval.ts";
import { type ExecutionRecord, executionRecord } from "../../shared/execution/record/execution-record.ts";
import { type LedgerRow, ledgerRow } from "../../shared/execution/record/ledger-row.ts";
import { digestOf } from "../../shared/plan/digest.ts";

/** Seconds after noon of the first day. */
export const at = (seconds: number): string => new Date(Date.UTC(2026, 0, 1, 12, 0, 0) + seconds * 1_000).toISOString();

export const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** Text that is more than letters: two scripts, a surrogate pair, a quote, a newline, a character that many systems drop. */
export const AWKWARD = 'Zoë 名前 🧪 "quoted"\n\u0000\uffff';

export const execution = (changes: Partial<ExecutionRecord> = {}): ExecutionRecord =>
  executionRecord.parse({
    execution_id: "e1",
    status: "RUNNING",
    submitted_by: "alice",
    submitted_at: at(0),
    ended_at: null,
    config: {},
    live_enabled: true,
    plan_ids: ["p1"],
    step_count: 1,
    history: 1,
    submission: { key: "e1/x.json", digest: "d" },
    schedule: null,
    concluded: null,
    abort_requested: null,
    resume_requested: null,
    rollback_requested: null,
    definition: "d",
    manifests: 0,
    correlation_id: null,
    version: 1,
    ...changes,
  });

export const approval = (changes: Partial<ApprovalRequest> = {}): ApprovalRequest =>
  approvalRequest.parse({
    approval_id: "a1",
    kind: "approve",
    status: "open",
    execution_id: "e1",
    plan_id: "p1",
    step_id: "s1",
    tool_name: "ghl_update_contact",
    proposed_by: "agent_1",
    acting_agent_id: "agent_1",
    risk_level: "MEDIUM",
    confidence: 0.9,
    goal: AWKWARD,
    rationale: null,
    arguments: { contact_id: "c1", note: AWKWARD },
    argument_sources: [],
    summary: "updates a contact",
    changes: [],
    reasons: [],
    already_ran: [],
    rejection_stops: [],
    also_writes: [],
    drift: [],
    digest: "d",
    approvals_required: 1,
    votes: [],
    excluded: [],
    preview_made_at: at(0),
    created_at: at(0),
    expires_at: at(3_600),
    opened_by: [],
    decided_at: null,
    decided_by: null,
    comment: null,
    edited_arguments: null,
    version: 1,
    ...changes,
  });

export const intent = (changes: Partial<LedgerRow> = {}): LedgerRow =>
  ledgerRow.parse({
    execution_id: "e1",
    step_id: "s1",
    side: "forward",
    status: "INTENT",
    tool_name: "ghl_update_contact",
    call_digest: digestOf("call", { tool: "ghl_update_contact" }),
    arguments: { contact_id: "c1", note: AWKWARD, weight: 1e300 },
    idempotency_key: "k1",
    epoch: 1,
    approved_digest: null,
    deadline: at(60),
    started_at: at(0),
    ended_at: null,
    output: null,
    error: null,
    undo: { fields: { name: "old" } },
    evidence: [],
    ...changes,
  });

export const contract = (changes: Partial<ToolContract> = {}): ToolContract =>
  toolContract.parse({
    tool_name: "ghl_search",
    risk_level: "MEDIUM",
    reversible: true,
    timeout_seconds: 15,
    requires_approval: false,
    approvals_required: 0,
    outcome_resolution: "QUERYABLE",
    version: 1,
    content_hash: "h1",
    ...changes,
  });
