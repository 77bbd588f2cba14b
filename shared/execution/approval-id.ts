import { digestOf } from "../audit/digest.ts";
import type { ApprovalKind, ApprovalRequest } from "./approval.ts";
import type { StepRecord } from "./step-record.ts";

/**
 * The fields that announce a request on a step's record. The id follows from the step and the count, so the same
 * question asked again after a crash is the same request.
 */
export const nextRequest = (
  record: Pick<StepRecord, "execution_id" | "step_id" | "approvals_asked">,
  kind: ApprovalKind,
): { approval_id: string; approvals_asked: number } => {
  const { execution_id, step_id } = record;
  const n = record.approvals_asked + 1;
  const digest = digestOf("approval-id", { execution_id, step_id, kind, n });
  return { approval_id: `ap-${digest.slice(0, 24)}`, approvals_asked: n };
};

/** Whether deciding the request would have an effect: its step stands where it was asked, and has not been asked anew. */
export const waitsFor = (
  record: Pick<StepRecord, "approval_id" | "phase">,
  approval_id: ApprovalRequest["approval_id"],
): boolean => record.approval_id === approval_id && record.phase !== "finished";
