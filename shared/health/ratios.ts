import type { Aggregate } from "../feedback/aggregate.ts";
import { liveOutcomes } from "./live-outcomes.ts";

/** A proportion with what it is a proportion of; `value` is null where there is nothing to divide by. */
export type Ratio = { readonly value: number | null; readonly sample_size: number };

/** How many of how many. */
export type Share = { readonly part: number; readonly whole: number };

const ratio = (part: number, whole: number): Ratio => ({
  value: whole === 0 ? null : part / whole,
  sample_size: whole,
});

/** LIVE successes per LIVE outcome of known result. */
export const successRatio = (aggregate: Aggregate): Ratio => {
  const { successes, trials } = liveOutcomes(aggregate);
  return ratio(successes, trials);
};

/** Compensated calls per committed call that changed something. */
export const rollbackRatio = ({ writes }: Aggregate): Ratio => ratio(writes.compensated, writes.committed);

/** Steps that conflicts aborted, reassigned, downgraded or left unresolved, per step. A delay harms nobody. */
export const conflictRatio = ({ conflicts, steps }: Aggregate): Ratio => {
  const { aborted, reassigned, downgraded, unresolved } = conflicts.steps;
  return ratio(aborted + reassigned + downgraded + unresolved, steps.total);
};

/** Steps that reached LIVE, per step. */
export const liveRatio = ({ steps }: Aggregate): Ratio => ratio(steps.by_mode.LIVE ?? 0, steps.total);

/** Mean confidence less success rate over LIVE, where positive: how far confidence promises too much. */
export const driftRatio = (aggregate: Aggregate): Ratio => {
  const { successes, trials, mean_confidence } = liveOutcomes(aggregate);
  const value = mean_confidence === null ? null : Math.max(0, mean_confidence - successes / trials);
  return { value, sample_size: trials };
};

const decisions = ({ approvals }: Aggregate): number => approvals.approved + approvals.rejected + approvals.edited;

/** Approved per decided request. */
export const approvalRatio = (aggregate: Aggregate): Ratio => ratio(aggregate.approvals.approved, decisions(aggregate));

/**
 * Requests decided in time, per request that people could decide: one that Buddy withdrew, or that is still open, was
 * not missed by anybody.
 */
export const decidedInTime = (aggregate: Aggregate): Share => ({
  part: decisions(aggregate),
  whole: decisions(aggregate) + aggregate.approvals.expired,
});
