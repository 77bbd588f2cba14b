import type { ScheduledStep } from "../../conflicts/schedule.ts";
import type { ApprovalKind } from "../approval/approval.ts";
import { inWords } from "../order/dynamic-ceiling.ts";
import type { StepChanges } from "../record/step-event.ts";
import type { StepRecord } from "../record/step-record.ts";
import { isBeingPerformed, isRehearsed, mayBeDuplicate, predecessorsSettled, startsAt } from "./readiness.ts";
import type { Rule, Walk } from "./walk.ts";

/** Steps that wait, or were let through, for a LIVE they may no longer reach. */
export const withdraw: Rule = (walk) => {
  for (const { step_id } of walk.view.schedule.steps) {
    const record = walk.record(step_id);
    if (record.phase !== "open" || walk.ceiling(step_id).mode === "LIVE") continue;
    const waiting = record.state === "AWAITING_APPROVAL";
    if (!waiting && !(record.state === "LIVE" && walk.nothingSent(record))) continue;
    const reason = inWords(walk.ceiling(step_id)) ?? "the ceiling fell below LIVE";
    if (waiting) walk.voidRequest(step_id, reason);
    walk.emit(step_id, "ceiling_fell", { reason, changes: { ending: "ceiling", ...whyItEnds(walk, step_id) } });
  }
};

/** From a preview onwards: ends at its ceiling, is asked for, or is let through. */
export const climb: Rule = (walk) => {
  for (const step of walk.view.schedule.steps) {
    const record = walk.record(step.step_id);
    if (record.state !== "DRY_RUN" || record.phase !== "open" || record.preview === null) continue;
    if (walk.ceiling(step.step_id).mode === "LIVE") seal(walk, step, record);
    else endAtCeiling(walk, record);
  }
};

const endAtCeiling = (walk: Walk, record: StepRecord): void => {
  const ceiling = walk.ceiling(record.step_id);
  const asked =
    walk.view.execution.config.dry_run_only && ceiling.reasons.every((reason) => reason.cause === "configuration");
  walk.emit(record.step_id, "ceiling_reached", {
    reason: inWords(ceiling),
    changes: { ending: asked ? "preview_only" : "ceiling", ...whyItEnds(walk, record.step_id) },
  });
};

/**
 * It stays ended when what lowered its ceiling has passed: its record keeps what that was, beyond what its schedule says,
 * for who is told why and whether to come again.
 */
const whyItEnds = (walk: Walk, step_id: string): StepChanges => {
  const scheduled = walk.index.step(step_id).ceiling.reasons;
  const learnt = walk.ceiling(step_id).reasons.filter((reason) => !scheduled.includes(reason));
  return learnt.length === walk.record(step_id).ceiling_reasons.length ? {} : { ceiling_reasons: learnt };
};

const seal = (walk: Walk, step: ScheduledStep, record: StepRecord): void => {
  if (record.provisional || record.preview_digest === null) return;
  if (!isBeingPerformed(walk, step.plan_id) && !isRehearsed(walk, step.plan_id)) return;
  if (mayBeDuplicate(walk, step)) return;
  if (!step.approval_needed || record.approved_digest === record.preview_digest) {
    if (!predecessorsSettled(walk, step) || startsAt(walk, step) > walk.view.now) return;
    const kept = step.approval_needed ? "the preview is the one that was approved" : "no approval is needed";
    walk.emit(step.step_id, "live_allowed", { reason: kept });
    return;
  }
  walk.emit(step.step_id, "approval_requested", {
    reason: `${step.approvals_required} approval${step.approvals_required === 1 ? "" : "s"} needed for LIVE`,
    changes: keptRequest(walk, record) ? {} : walk.ask(step.step_id, "approve"),
  });
};

/**
 * After a lock, a request for the very same preview is still good: it keeps its votes. A rejection or an edit that came
 * while the step was on its way back here is about the action, not about one preview of it: the step follows it.
 */
const keptRequest = (walk: Walk, record: StepRecord): boolean => {
  const request = record.approval_id === null ? undefined : walk.view.approvals.get(record.approval_id);
  if (request?.kind !== "approve") return false;
  if (request.status === "rejected" || request.status === "edited") return true;
  return request.digest === record.preview_digest && (request.status === "open" || request.status === "approved");
};

/** A call whose outcome stayed unknown, a compensation too, is a question to a person. Asked where a crash lost the question. */
export const askAgain: Rule = (walk) => {
  for (const { step_id } of walk.view.schedule.steps) {
    const record = walk.record(step_id);
    if (record.approval_id === null || walk.view.approvals.has(record.approval_id)) continue;
    if (walk.asks.some((ask) => ask.approval_id === record.approval_id)) continue;
    const kind = questionOf(record);
    if (kind !== undefined) walk.askFor({ approval_id: record.approval_id, step_id, kind });
  }
};

/** The kind of a wait for a person. */
export const questionOf = (record: StepRecord): ApprovalKind | undefined => {
  if (record.phase === "reconcile" || record.phase === "reconcile_undo") return record.phase;
  if (record.phase === "undo_failed") return "undo_failed";
  if (record.phase === "undo_asked") return "undo";
  return record.state === "AWAITING_APPROVAL" && record.phase === "open" ? "approve" : undefined;
};
