import type { Rule } from "./walk.ts";

/**
 * A request that its step does not wait for any more is taken back, because deciding it would have no effect: the step
 * has ended, or is asked anew about a preview that differs. The void that a crash lost is made up for the same way.
 */
export const voidOrphans: Rule = (walk) => {
  for (const { approval_id, step_id, status } of walk.view.approvals.values()) {
    const record = walk.record(step_id);
    const waitedFor = record.approval_id === approval_id && record.phase !== "finished";
    if (status !== "open" || waitedFor || walk.voids.some((known) => known.approval_id === approval_id)) continue;
    walk.voids.push({ approval_id, reason: record.reason ?? "its step does not wait for it any more" });
  }
};
