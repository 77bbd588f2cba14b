import { inOrderWith, isDependency, sharesWrittenResource, type Way } from "../../conflicts/rule-of-order.ts";
import type { ScheduledStep } from "../../conflicts/schedule.ts";
import type { StepRecord } from "../record/step-record.ts";
import { isSettled, isTerminal, type ScheduleIndex } from "../view/view.ts";
import { inRankOrder } from "./in-rank-order.ts";

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
    along: Way,
    isOpen: (step_id: string) => boolean,
    matters: (before: ScheduledStep) => boolean,
  ): boolean => {
    const looking = {
      next: (id: string) => index.edgesInto(id).flatMap((edge) => (along(edge) ? [edge.before] : [])),
      step: index.step,
      counts: isOpen,
      isClear: clear.of,
    };
    for (const before of inOrderWith(step, looking)) if (matters(before)) return true;
    return false;
  };

  const isHeldBy = (step: ScheduledStep, matters: (before: ScheduledStep) => boolean): boolean =>
    isOpenAlong(step, isDependency, isUndecided, matters) || isOpenAlong(step, anyEdge, isUnsettled, matters);

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

const anyEdge: Way = () => true;
