import { waitsFor } from "../approval/approval-id.ts";
import { questionOf } from "./climb.ts";
import type { Rule } from "./walk.ts";

const REASON = "its step does not wait for it any more";

/**
 * A request that its step does not wait for any more is taken back, because deciding it would have no effect: the step
 * has ended, or is asked anew about a preview that differs. The void that a crash lost is made up for the same way.
 */
export const voidOrphans: Rule = (walk) => {
  for (const { approval_id, step_id, kind, status } of walk.view.approvals.values()) {
    const record = walk.record(step_id);
    if (status !== "open" || waitsFor(record, approval_id)) continue;
    walk.void({ approval_id, step_id, kind, reason: record.reason ?? REASON });
  }
};

/**
 * A request that a step announced and nobody opened is taken back before the step goes on: whoever announced it may be
 * about to open it, when no pass follows that would take it back.
 */
export const voidUnopened: Rule = (walk) => {
  for (const { step_id } of walk.view.schedule.steps) {
    const before = walk.view.records.get(step_id);
    const record = walk.record(step_id);
    const approval_id = before?.approval_id ?? null;
    if (before === undefined || approval_id === null || walk.view.approvals.has(approval_id)) continue;
    if (waitsFor(record, approval_id)) continue;
    // A step that a lock took while it waited says no more what for.
    walk.void({ approval_id, step_id, kind: questionOf(before) ?? "approve", reason: record.reason ?? REASON });
  }
};
