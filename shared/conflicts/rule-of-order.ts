import { type ExecutionMode, isBelow } from "../contracts/ceiling.ts";

/**
 * The rule of order, stated once: **what stands ahead of a step holds it, whatever became of the steps between them.**
 * A step stands ahead of another where a chain of dependencies (`depends_on`, `$from`, a contract's) leads from one to
 * the other. A read, a duplicate whose call was made elsewhere, a step that was capped, refused or aborted: none of them
 * cuts the chain. From it follow
 * - the wait: nothing is sent while something ahead is undecided (`shared/execution/order/order.ts`);
 * - the ceiling: nothing goes higher than a write ahead of it got, or can still get (below);
 * - the end: what stands behind an aborted step is aborted (`shared/execution/wave/failures.ts`);
 * - what a no stops, what a roll back undoes first, and what a record may show (`shared/verification/checks/order.ts`).
 */

/** One that a step depends on, as the step sees it. */
export type Dependency<Step> = {
  readonly step: Step;
  /** How high it got, or can still get. */
  readonly mode: ExecutionMode;
  /** It writes, or people refused it: it holds whatever stands behind it. A read holds only those that use its output. */
  readonly holds: boolean;
  readonly feeds: boolean;
  /** The step ahead of it in turn hands on. */
  readonly ahead: Limit<Step> | undefined;
};

/** The lowest of what stands ahead, where that is below LIVE. */
export type Limit<Step> = { readonly step: Step; readonly mode: ExecutionMode };

export type Limits<Step> = {
  /** How high the step itself may go at most. */
  readonly own: Limit<Step> | undefined;
  /** The limit it hands on to those behind it, whatever becomes of it. */
  readonly ahead: Limit<Step> | undefined;
};

const lower = <Step>(one: Limit<Step> | undefined, other: Limit<Step> | undefined): Limit<Step> | undefined => {
  if (other === undefined || other.mode === "LIVE") return one;
  return one === undefined || isBelow(other.mode, one.mode) ? other : one;
};

/**
 * The limit that its dependencies, taken together, set for a step, and the one they hand on. Of equals the first
 * counts.
 */
export const limitsBy = <Step>(dependencies: Iterable<Dependency<Step>>): Limits<Step> => {
  let own: Limit<Step> | undefined;
  let ahead: Limit<Step> | undefined;
  for (const dependency of dependencies) {
    const { step, mode, holds, feeds } = dependency;
    if (holds || feeds) own = lower(own, { step, mode });
    if (holds) ahead = lower(ahead, { step, mode });
    own = lower(own, dependency.ahead);
    ahead = lower(ahead, dependency.ahead);
  }
  return { own, ahead };
};
