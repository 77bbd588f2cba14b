import { isQuarantine } from "../../contracts/ceiling.ts";
import type { ApprovalStatus } from "../approval/approval.ts";
import type { Ending, StepRecord } from "../record/step-record.ts";
import type { StepOutcome, StepStatus } from "./step-outcome.ts";

type ReportedApproval = StepOutcome["approval_status"];

export type ReportedStatus = Pick<StepOutcome, "status" | "approval_status" | "error_message">;

type Row = {
  /**
   * `as_asked`: success where the execution asked for no more than DRY_RUN and the step got there, else partial. A
   * quarantined one did not: nothing was asked of its tool.
   */
  readonly status: StepStatus | "as_asked";
  /** `last`: the approval status that the step last had. */
  readonly approval_status: ReportedApproval | "last";
  /** Said where the record gives no reason; null where there is nothing to explain. */
  readonly error: string | null;
};

/** How it ended -> what the artifacts say. */
export const STATUS_OF_ENDING = {
  live: { status: "success", approval_status: "last", error: null },
  preview_only: { status: "as_asked", approval_status: "not_required", error: "previewed only" },
  ceiling: { status: "as_asked", approval_status: "not_required", error: "its ceiling allowed no more" },
  rejected: { status: "blocked", approval_status: "rejected", error: "rejected by an approver" },
  expired: { status: "blocked", approval_status: "expired", error: "nobody decided in time" },
  conflict: { status: "blocked", approval_status: "last", error: "aborted to resolve a conflict" },
  dependency: { status: "blocked", approval_status: "last", error: "a step it depends on was aborted" },
  lock: { status: "blocked", approval_status: "last", error: "a lock applies" },
  execution_aborted: { status: "blocked", approval_status: "last", error: "the execution was aborted" },
  plan_failed: { status: "blocked", approval_status: "last", error: "its plan failed before it ran" },
  not_started: { status: "blocked", approval_status: "last", error: "not started in time" },
  failed: { status: "failed", approval_status: "last", error: "failed without effect" },
  compensated: { status: "rollback", approval_status: "last", error: "undone" },
  // Its effect stands though its plan was rolled back: neither a success nor undone.
  undo_accepted: { status: "partial", approval_status: "last", error: "could not be undone, accepted as it stands" },
} as const satisfies Record<Ending, Row>;

/** A step that is not over: it may still go on, and for whom it waits. */
export const STATUS_WITHOUT_ENDING = {
  unknown: { status: "blocked", approval_status: "pending", error: "OUTCOME_UNKNOWN" },
  /** It stands, whatever becomes of the question. */
  undo_asked: { status: "success", approval_status: "last", error: null },
  undo_failed: { status: "blocked", approval_status: "pending", error: "could not be undone: a person must act" },
  undo_frozen: { status: "blocked", approval_status: "last", error: "its roll back is held by a lock" },
  rolling_back: { status: "blocked", approval_status: "last", error: "is being undone" },
  locked: { status: "blocked", approval_status: "last", error: "a lock applies" },
  awaiting_approval: { status: "blocked", approval_status: "pending", error: "waits for approval" },
  unfinished: { status: "blocked", approval_status: "last", error: "not finished" },
} as const satisfies Record<string, Row>;

export type StatusOptions = {
  /** The execution asked for no more than DRY_RUN. */
  readonly dry_run_only: boolean;
  /** The ledger does not know whether a call of the step happened. */
  readonly indeterminate: boolean;
  /** Status of the step's last request to a person; null when none was made. */
  readonly asked_status: ApprovalStatus | null;
};

/** Status, approval status and error message of a step, as every artifact reports them. */
export const stepStatusOf = (record: StepRecord, options: StatusOptions): ReportedStatus => {
  const row = rowOf(record, options);
  const status = row.status === "as_asked" ? asAsked(record, options) : row.status;
  const approval_status = row.approval_status === "last" ? lastApproval(record, options) : row.approval_status;
  const error_message = status === "success" ? null : explain(row, record);
  return { status, approval_status, error_message };
};

const rowOf = (record: StepRecord, { indeterminate }: StatusOptions): Row => {
  if (indeterminate || record.phase === "reconcile" || record.phase === "reconcile_undo") {
    return STATUS_WITHOUT_ENDING.unknown;
  }
  if (record.ending !== null && record.phase === "finished") return STATUS_OF_ENDING[record.ending];
  if (record.phase === "undo_asked") return STATUS_WITHOUT_ENDING.undo_asked;
  if (record.phase === "undo_failed") return STATUS_WITHOUT_ENDING.undo_failed;
  if (record.phase === "undo_frozen") return STATUS_WITHOUT_ENDING.undo_frozen;
  switch (record.state) {
    case "ROLLBACK":
      return STATUS_WITHOUT_ENDING.rolling_back;
    case "LOCKED":
      return STATUS_WITHOUT_ENDING.locked;
    case "AWAITING_APPROVAL":
      return STATUS_WITHOUT_ENDING.awaiting_approval;
    default:
      return STATUS_WITHOUT_ENDING.unfinished;
  }
};

const asAsked = ({ state, ceiling_reasons }: StepRecord, { dry_run_only }: StatusOptions): StepStatus =>
  dry_run_only && state === "DRY_RUN" && !ceiling_reasons.some(isQuarantine) ? "success" : "partial";

/** A code that readers match stays as it is; anything else says the recorded reason where there is one. */
const explain = (row: Row, record: StepRecord): string | null =>
  row === STATUS_WITHOUT_ENDING.unknown ? row.error : (record.reason ?? row.error);

/** The approval status a step last had. A request withdrawn before anybody decided leaves it pending. */
const lastApproval = (record: StepRecord, { asked_status }: StatusOptions): ReportedApproval => {
  if (record.approved_by.length > 0) return "approved";
  switch (asked_status) {
    case "approved":
    case "rejected":
    case "expired":
      return asked_status;
    case "open":
    case "edited":
    case "voided":
      return "pending";
    default:
      return "not_required";
  }
};
