import type { ApprovalRequest } from "../approval.ts";
import type { StepRecord } from "../step-record.ts";
import { ledgerName } from "../view.ts";
import { BUDDY, type Rule, type Walk } from "./walk.ts";

/** What people decided, and what time decided for them. The approvals' records are the truth. */
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

const applyToReconcile = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  const actor = approval.decided_by ?? BUDDY;
  if (approval.status === "happened") {
    walk.emit(record.step_id, "reconciled_happened", {
      actor,
      reason: `${actor} found that the call happened`,
      changes: {
        ending: "live",
        committed: true,
        live_output: walk.view.bodies.get(ledgerName(record.step_id, "forward")) ?? null,
      },
    });
  }
  if (approval.status === "did_not_happen") {
    walk.emit(record.step_id, "reconciled_not_happened", {
      actor,
      reason: `${actor} found that the call did not happen`,
      changes: { ending: "failed" },
    });
  }
};

const applyToReconcileUndo = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  const actor = approval.decided_by ?? BUDDY;
  if (approval.status === "happened") {
    walk.emit(record.step_id, "undo_happened", {
      actor,
      reason: `${actor} found that the compensation happened`,
      changes: { ending: "compensated" },
    });
  }
  if (approval.status === "did_not_happen") {
    walk.emit(record.step_id, "undo_not_happened", {
      actor,
      reason: `${actor} found that the compensation did not happen`,
      changes: { waiting_since: null, look_again_at: null, deferrals: 0 },
    });
  }
};

const applyToFailedUndo = (walk: Walk, record: StepRecord, approval: ApprovalRequest): void => {
  const actor = approval.decided_by ?? BUDDY;
  if (approval.status === "undone" || approval.status === "accepted") {
    walk.emit(record.step_id, "undo_settled", {
      actor,
      reason: approval.status === "undone" ? `${actor} undid it by hand` : `${actor} accepted it as it stands`,
      changes: { ending: approval.status === "undone" ? "compensated" : "undo_accepted" },
    });
  }
};
