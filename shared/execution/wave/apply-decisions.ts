import { BUDDY } from "../../plan/agent.ts";
import type { ApprovalRequest, ApprovalStatus } from "../approval/approval.ts";
import { NOT_WAITING } from "../attempt/told.ts";
import type { StepRecord } from "../record/step-record.ts";
import { ledgerName } from "../view/view.ts";
import type { Rule, Walk } from "./walk.ts";

/** Decisions of people, and those that time made for them. The approvals' records are the truth. */
export const applyDecisions: Rule = (walk) => {
  for (const { step_id } of walk.view.schedule.steps) {
    const record = walk.record(step_id);
    const approval = record.approval_id === null ? undefined : walk.view.approvals.get(record.approval_id);
    if (approval === undefined) continue;
    if (isOutdated(record, approval)) askAnew(walk, record);
    else if (approval.status === "open") continue;
    else if (record.state === "AWAITING_APPROVAL") applyToWaiting(walk, record, approval);
    else if (record.state === "LOCKED" && record.phase === "undo_failed") applyToFailedUndo(walk, record, approval);
  }
};

/**
 * The request cannot let the step through: it is about another preview, or was taken back. Both follow from a crash
 * between a request and the transition that announces it, after which the step stood elsewhere for a while.
 */
const isOutdated = (record: StepRecord, approval: ApprovalRequest): boolean =>
  record.state === "AWAITING_APPROVAL" &&
  record.phase === "open" &&
  (approval.status === "voided" ||
    (approval.digest !== record.preview_digest && (approval.status === "open" || approval.status === "approved")));

const askAnew = (walk: Walk, { step_id }: StepRecord): void => {
  walk.voidRequest(step_id, "the preview it was about is not the one that would run");
  walk.emit(step_id, "preview_outdated", { reason: "the request was about another preview: asked anew" });
};

const applyToWaiting = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  switch (record.phase) {
    case "open":
      applyToRequest(walk, record, approval);
      break;
    case "reconcile":
      applyToReconcile(walk, record, approval);
      break;
    case "reconcile_undo":
      applyToReconcileUndo(walk, record, approval);
      break;
    case "undo_asked":
      applyToUndoQuestion(walk, record, approval);
      break;
    default:
      break;
  }
};

const applyToRequest = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  const actor = approval.decided_by ?? BUDDY;
  const said = approval.comment === null ? "" : `: ${approval.comment}`;
  switch (approval.status) {
    case "approved": {
      const people = approval.votes.map((vote) => vote.by);
      walk.emit(record.step_id, "approved", {
        actor,
        reason: `approved by ${people.join(", ")}${said}`,
        changes: { approved_digest: approval.digest, approved_by: people },
      });
      return;
    }
    case "rejected":
      walk.emit(record.step_id, "rejected", {
        actor,
        reason: `rejected by ${actor}${said}`,
        changes: { ending: "rejected" },
      });
      return;
    case "expired":
      walk.emit(record.step_id, "expired", {
        reason: `nobody decided before ${approval.expires_at ?? "it expired"}`,
        changes: { ending: "expired" },
      });
      return;
    case "edited": {
      const edited_arguments = walk.view.bodies.get(approval.approval_id);
      if (edited_arguments === undefined) return;
      walk.emit(record.step_id, "edited", {
        actor,
        reason: `edited by ${actor}${said}`,
        changes: {
          edited_arguments,
          edits: record.edits + 1,
          last_edited_by: approval.decided_by,
          approval_id: null,
          preview: null,
          preview_digest: null,
          approved_digest: null,
          approved_by: [],
        },
      });
      return;
    }
    default:
      return;
  }
};

const isDecided = ({ status }: ApprovalRequest): boolean => status === "happened" || status === "did_not_happen";

/** The step follows the ledger, which the person's word was written to first; a call that ended meanwhile knows better. */
const applyToReconcile = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  if (!isDecided(approval)) return;
  const actor = approval.decided_by ?? BUDDY;
  const row = walk.row(record.step_id, "forward");
  switch (row?.status) {
    case "COMMITTED":
      walk.emit(record.step_id, "reconciled_happened", {
        row,
        actor,
        reason: reasonOf(approval, "happened", "the call"),
        changes: {
          ending: "live",
          committed: true,
          live_output: walk.view.bodies.get(ledgerName(record.step_id, "forward")) ?? null,
        },
      });
      return;
    case "REJECTED":
      walk.emit(record.step_id, "reconciled_not_happened", {
        row,
        actor,
        reason: reasonOf(approval, "did_not_happen", "the call"),
        changes: { ending: "failed" },
      });
      return;
    default:
      return;
  }
};

const reasonOf = (approval: ApprovalRequest, found: ApprovalStatus, what: string): string => {
  const words = found === "happened" ? "happened" : "did not happen";
  return approval.status === found
    ? `${approval.decided_by ?? BUDDY} found that ${what} ${words}`
    : `the ledger shows by now that ${what} ${words}`;
};

const applyToReconcileUndo = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  if (!isDecided(approval)) return;
  const actor = approval.decided_by ?? BUDDY;
  const row = walk.row(record.step_id, "compensation");
  switch (row?.status) {
    case "COMMITTED":
      walk.emit(record.step_id, "undo_happened", {
        row,
        actor,
        reason: reasonOf(approval, "happened", "the compensation"),
        changes: { ending: "compensated" },
      });
      return;
    // Taken back, so that it may be sent again; refused, it is the roll back's to tell.
    case undefined:
    case "REJECTED":
      walk.emit(record.step_id, "undo_not_happened", {
        actor,
        reason: reasonOf(approval, "did_not_happen", "the compensation"),
        changes: NOT_WAITING,
      });
      return;
    default:
      return;
  }
};

const byHand = (actor: string): string => `${actor} undid it by hand`;

const applyToFailedUndo = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  const actor = approval.decided_by ?? BUDDY;
  if (approval.status === "undone" || approval.status === "accepted") {
    walk.emit(record.step_id, "undo_settled", {
      actor,
      reason: approval.status === "undone" ? byHand(actor) : `${actor} accepted it as it stands`,
      changes: { ending: approval.status === "undone" ? "compensated" : "undo_accepted" },
    });
  }
};

/** The answer stays with the request, where the roll back reads it. */
const applyToUndoQuestion = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  const actor = approval.decided_by ?? BUDDY;
  if (approval.status === "undone") {
    walk.emit(record.step_id, "undone_by_hand", { actor, reason: byHand(actor), changes: { ending: "compensated" } });
    return;
  }
  if (approval.status !== "approved" && approval.status !== "rejected") return;
  const answer = approval.status === "approved" ? "agreed to undo it" : "decided that it stands";
  const said = approval.comment === null ? "" : `: ${approval.comment}`;
  walk.emit(record.step_id, "undo_answered", { actor, reason: `${actor} ${answer}${said}` });
};
