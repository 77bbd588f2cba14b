import type { ScheduledStep } from "../../conflicts/schedule.ts";
import type { StepRecord } from "../record/step-record.ts";
import { isDependency, isSettled, isTerminal, type ScheduleIndex } from "../view/view.ts";
import { inRankOrder } from "./in-rank-order.ts";
import { concerns, type Follows, sharesWrittenResource } from "./order.ts";

/** The waits of a step, as its execution stands. */
export type Waits = {
  /** Something that stands ahead of it is undecided. */
  readonly isHeld: (step: ScheduledStep) => boolean;
  /** So is something ahead that writes what it touches. */
  readonly isHeldByWriter: (step: ScheduledStep) => boolean;
  /** The record of that step has moved. */
  readonly moved: (step_id: string) => void;
};

/**
 * The rule of order (shared/conflicts/rule-of-order.ts) as a wait. `recordOfCall` tells what became of a step's call,
 * which a duplicate may have made. Each question ends at the first thing that holds the step, nearest first, and looks no
 * further than to where nothing is undecided: about linear for all steps together.
 */
export const waitsOf = (
  steps: readonly ScheduledStep[],
  index: ScheduleIndex,
  recordOfCall: (step_id: string) => StepRecord,
): Waits => {
  /** Of a dependency, and all ahead of it, every question must be answered, also whether it is to be undone. */
  const isUndecided = (step_id: string): boolean => !isTerminal(recordOfCall(step_id));
  const isUnsettled = (step_id: string): boolean => !isSettled(recordOfCall(step_id));

  /** Nothing undecided stands ahead of it, along any edge: nobody needs to look behind it. */
  const clear = inRankOrder<boolean>(steps, index.rank, (step_id, found) =>
    index.edgesInto(step_id).every(({ before }) => found(before) === true && !isUndecided(before)),
  );

  const isOpenAlong = (
    step: ScheduledStep,
    follows: Follows,
    isOpen: (step_id: string) => boolean,
    counts: (before: ScheduledStep) => boolean,
  ): boolean => {
    const direct = new Set(index.edgesInto(step.step_id).flatMap((edge) => (follows(edge) ? [edge.before] : [])));
    const seen = new Set(direct);
    // A set hands out what is added while it is walked.
    for (const id of seen) {
      const before = index.step(id);
      if (isOpen(id) && (direct.has(id) || concerns(before, step)) && counts(before)) return true;
      if (clear.of(id)) continue;
      for (const edge of index.edgesInto(id)) if (follows(edge)) seen.add(edge.before);
    }
    return false;
  };

  const isHeldBy = (step: ScheduledStep, counts: (before: ScheduledStep) => boolean): boolean =>
    isOpenAlong(step, isDependency, isUndecided, counts) || isOpenAlong(step, anyEdge, isUnsettled, counts);

  return {
    isHeld: (step) => isHeldBy(step, () => true),
    isHeldByWriter: (step) => {
      const writes = (before: ScheduledStep): boolean => sharesWrittenResource(before, step);
      for (const before of index.writersBefore(step)) {
        // Most steps have none, and then nobody need look along the edges.
        if (writes(before) && isUndecided(before.step_id)) return isHeldBy(step, writes);
      }
      return false;
    },
    moved: clear.moved,
  };
};

const anyEdge: Follows = () => true;
