import { digestOf } from "../../plan/digest.ts";
import type { Phase } from "../record/states.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ApprovalKind, ApprovalRequest } from "./approval.ts";

/**
 * The fields that announce a request on a step's record. The id follows from the step and the count, so the same
 * question asked again after a crash is the same request.
 */
export const nextRequest = (
  record: Pick<StepRecord, "execution_id" | "step_id" | "approvals_asked">,
  kind: ApprovalKind,
): { approval_id: string; approvals_asked: number } => {
  const n = record.approvals_asked + 1;
  return { approval_id: requestId(record, kind, n), approvals_asked: n };
};

const requestId = (
  { execution_id, step_id }: Pick<StepRecord, "execution_id" | "step_id">,
  kind: ApprovalKind,
  n: number,
): string => `ap-${digestOf("approval-id", { execution_id, step_id, kind, n }).slice(0, 24)}`;

/**
 * The request that is asked in place of one that was edited or taken back, or whose call no longer is as it was approved:
 * the one its step waits for now; of an edited one also before it is opened, when the new preview is made. Null where
 * nothing is asked in its place.
 */
export const followingRequest = (
  record: Pick<StepRecord, "execution_id" | "step_id" | "approvals_asked" | "approval_id" | "phase">,
  { approval_id, status, kind }: Pick<ApprovalRequest, "approval_id" | "status" | "kind">,
): string | null => {
  if (record.phase === "finished") return null;
  const another = record.approval_id === approval_id ? null : record.approval_id;
  switch (status) {
    case "voided":
      return another;
    case "edited":
      return another ?? replacement(record, kind, approval_id);
    case "approved":
      return another !== null && asksToApprove(record, another) ? another : null;
    case "open":
    case "rejected":
    case "expired":
    case "happened":
    case "did_not_happen":
    case "undone":
    case "accepted":
      return null;
  }
};

/** The question that comes after one of that kind, which may not be open yet. */
const replacement = (record: Asked, kind: ApprovalKind, approval_id: string): string | null => {
  const n = everyNumber(record).find((each) => requestId(record, kind, each) === approval_id);
  return n === undefined ? null : requestId(record, "approve", n + 1);
};

/** Not what became of the call, or whether to undo it: whether to make it. */
const asksToApprove = (record: Asked, approval_id: string): boolean =>
  everyNumber(record).some((n) => requestId(record, "approve", n) === approval_id);

type Asked = Pick<StepRecord, "execution_id" | "step_id" | "approvals_asked">;

const everyNumber = ({ approvals_asked }: Asked): number[] =>
  Array.from({ length: approvals_asked }, (_, place) => place + 1);

/** Whether deciding the request would have an effect: its step stands where it was asked, and has not been asked anew. */
export const waitsFor = (
  record: Pick<StepRecord, "approval_id" | "phase">,
  approval_id: ApprovalRequest["approval_id"],
): boolean => record.approval_id === approval_id && record.phase !== "finished";

/** Where a step waits for what people say: before its call, or about what has happened already. */
export const WAITS_IN: { readonly [Kind in ApprovalKind]: Phase } = {
  approve: "open",
  reconcile: "reconcile",
  reconcile_undo: "reconcile_undo",
  undo_failed: "undo_failed",
  undo: "undo_asked",
};

/** Whether a request is closed and its step has not followed yet. */
export const isToFollow = (
  record: Pick<StepRecord, "approval_id" | "phase" | "state">,
  { approval_id, kind, status }: Pick<ApprovalRequest, "approval_id" | "kind" | "status">,
): boolean => {
  if (status === "open" || record.approval_id !== approval_id || record.phase !== WAITS_IN[kind]) return false;
  return kind !== "approve" || record.state === "AWAITING_APPROVAL";
};
