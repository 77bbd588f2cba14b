import type { Schedule } from "../../shared/conflicts/schedule.ts";
import type { ToolContract } from "../../shared/contracts/tool-contract.ts";
import type { ApprovalRequest } from "../../shared/execution/approval/approval.ts";
import { nextRequest } from "../../shared/execution/approval/approval-id.ts";
import type { Lock } from "../../shared/execution/lock/lock.ts";
import type { ExecutionRecord } from "../../shared/execution/record/execution-record.ts";
import type { LedgerRow, LedgerSide } from "../../shared/execution/record/ledger-row.ts";
import type { StepEventName } from "../../shared/execution/record/states.ts";
import { newStepRecord, type StepChanges, type Transited, transit } from "../../shared/execution/record/step-event.ts";
import type { BodyRef, StepRecord } from "../../shared/execution/record/step-record.ts";
import {
  type ExecutionView,
  elsewhereName,
  ledgerName,
  type RungItem,
  requestExpiry,
} from "../../shared/execution/view/view.ts";
import type { Advance } from "../../shared/execution/wave/advance.ts";
import { executionConfig } from "../../shared/plan/config.ts";
import { digestOf } from "../../shared/plan/digest.ts";

const START = "2026-03-02T09:00:00.000Z";

export const bodyRefOf = (name: string): BodyRef => ({ key: name, digest: digestOf("body", name) });

/** Everything that *Next wave* reads, as it would stand in the stores, without stores: for laws about the rules alone. */
export class PureExecution {
  readonly schedule: Schedule;
  readonly contracts: ReadonlyMap<string, ToolContract>;
  execution: ExecutionRecord;
  readonly records = new Map<string, StepRecord>();
  readonly approvals = new Map<string, ApprovalRequest>();
  readonly ledger = new Map<string, LedgerRow>();
  readonly locks = new Map<string, Lock>();
  live_enabled = true;
  now = Date.parse(START);
  /** Names of all events so far. */
  readonly happened: string[] = [];

  constructor(schedule: Schedule, contracts: ReadonlyMap<string, ToolContract>, config: Record<string, unknown> = {}) {
    this.schedule = schedule;
    this.contracts = contracts;
    for (const { plan_id, step_id } of schedule.steps) {
      this.records.set(step_id, newStepRecord({ execution_id: "e1", plan_id, step_id }, START));
    }
    this.execution = {
      execution_id: "e1",
      status: "RUNNING",
      submitted_by: "sam",
      submitted_at: START,
      ended_at: null,
      concluded: null,
      config: executionConfig.parse(config),
      live_enabled: true,
      plan_ids: schedule.plans.map(({ plan_id }) => plan_id),
      step_count: schedule.steps.length,
      history: 1,
      submission: bodyRefOf("submission"),
      schedule: bodyRefOf("schedule"),
      abort_requested: null,
      resume_requested: null,
      rollback_requested: null,
      definition: "d",
      manifests: 0,
      correlation_id: null,
      version: 1,
    };
  }

  at(): string {
    return new Date(this.now).toISOString();
  }

  view(): ExecutionView {
    const outputs = [...this.ledger.values()].map((row) => {
      const name = ledgerName(row.step_id, row.side);
      return [name, bodyRefOf(name)] as const;
    });
    const edits = [...this.approvals.values()]
      .filter(({ status }) => status === "edited")
      .map(({ approval_id }) => [approval_id, bodyRefOf(approval_id)] as const);
    const elsewhere = this.schedule.conflicts
      .filter((one) => one.conflict_type === "DUPLICATE_ACTION" && one.resolution_strategy === "ABORT")
      .flatMap(({ step_ids }) => step_ids.map((id) => [elsewhereName(id), bodyRefOf(elsewhereName(id))] as const));
    return {
      execution: this.execution,
      schedule: this.schedule,
      contracts: this.contracts,
      records: new Map(this.records),
      approvals: new Map(this.approvals),
      ledger: [...this.ledger.values()],
      locks: [...this.locks.values()],
      bodies: new Map([...outputs, ...edits, ...elsewhere]),
      elsewhere: new Map(),
      awaited: new Map(),
      made_up_elsewhere: new Set(),
      free_slots: new Map(),
      turns: new Set(),
      live_enabled: this.live_enabled,
      now: this.at(),
      largest_clock_skew_seconds: 0,
    };
  }

  record(step_id: string): StepRecord {
    const record = this.records.get(step_id);
    if (record === undefined) throw new RangeError(`no step ${step_id}`);
    return record;
  }

  /** The part of an answer that Next wave stores. */
  store(answer: Pick<Advance, "transited" | "asks" | "voids">): void {
    const view = this.view();
    for (const { event, record } of answer.transited) {
      this.happened.push(event.type);
      this.records.set(record.step_id, record);
    }
    for (const ask of answer.asks) {
      const record = this.record(ask.step_id);
      const digest = ask.kind === "approve" ? (record.preview_digest ?? "none") : record.head;
      const { plan_id } = record;
      const expires_at = requestExpiry(view, ask.kind);
      this.approvals.set(ask.approval_id, request({ ...ask, plan_id, digest, created_at: this.at(), expires_at }));
    }
    for (const { approval_id, reason } of answer.voids) this.decide(approval_id, { status: "voided", comment: reason });
  }

  decide(approval_id: string, decided: Partial<ApprovalRequest>): void {
    const found = this.approvals.get(approval_id);
    if (found === undefined) return;
    this.approvals.set(approval_id, { ...found, decided_at: this.at(), ...decided, version: found.version + 1 });
  }

  /** Requests that fell due expire, as reading the view settles them. */
  expire(): void {
    for (const { approval_id, status, expires_at } of this.approvals.values()) {
      if (status === "open" && expires_at !== null && expires_at <= this.at())
        this.decide(approval_id, { status: "expired" });
    }
  }

  emit(step_id: string, event: StepEventName, changes: StepChanges = {}, reason: string | null = null): Transited {
    const made = transit(this.record(step_id), { event, at: this.at(), actor: "buddy", reason, changes });
    this.happened.push(event);
    this.records.set(step_id, made.record);
    return made;
  }

  /** A request that a rung announces: Next wave opens it. */
  announce(step_id: string, kind: ApprovalRequest["kind"]): StepChanges {
    return nextRequest(this.record(step_id), kind);
  }

  writeRow(item: RungItem, side: LedgerSide, status: LedgerRow["status"], deadline_seconds = 60): void {
    const { step_id } = item;
    this.ledger.set(ledgerName(step_id, side), {
      execution_id: "e1",
      step_id,
      side,
      status,
      tool_name: "t",
      call_digest: `${side}:${step_id}`,
      arguments: {},
      idempotency_key: `${side}:${step_id}`,
      epoch: 1,
      approved_digest: null,
      deadline: new Date(this.now + deadline_seconds * 1000).toISOString(),
      started_at: this.at(),
      ended_at: status === "INTENT" ? null : this.at(),
      output: null,
      error: status === "REJECTED" ? "refused" : null,
      undo: {},
      evidence: [],
    });
  }
}

const request = (
  given: Pick<ApprovalRequest, "approval_id" | "plan_id" | "step_id" | "kind" | "digest" | "created_at" | "expires_at">,
): ApprovalRequest => ({
  ...given,
  status: "open",
  execution_id: "e1",
  tool_name: "t",
  proposed_by: "a",
  acting_agent_id: "a",
  risk_level: "MEDIUM",
  confidence: 1,
  goal: null,
  rationale: null,
  arguments: {},
  argument_sources: [],
  summary: "",
  changes: [],
  reasons: [],
  already_ran: [],
  rejection_stops: [],
  also_writes: [],
  drift: [],
  approvals_required: 1,
  votes: [{ by: "ann", at: START, comment: null }],
  excluded: [],
  preview_made_at: START,
  extensions: [],
  reminded_at: null,
  opened_by: [],
  decided_at: null,
  decided_by: "ann",
  comment: null,
  edited_arguments: null,
  version: 1,
});
