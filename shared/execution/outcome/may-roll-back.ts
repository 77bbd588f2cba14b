import type { StepRecord } from "../record/step-record.ts";

type Undone = Pick<StepRecord, "phase" | "state" | "ending" | "committed">;

/**
 * Whether a roll back of a failed plan may be under way, or about to begin: something is being undone, or a step failed and
 * another's call stands that it may undo.
 */
export const mayRollBack = (records: readonly Undone[]): boolean =>
  records.some(isBeingUndone) || (records.some(({ ending }) => ending === "failed") && records.some(mayStand));

const isBeingUndone = ({ phase, state }: Undone): boolean => {
  switch (phase) {
    case "undo_asked":
    case "undo_frozen":
    case "undo_failed":
    case "reconcile_undo":
      return true;
    case "open":
    case "reconcile":
    case "finished":
      return state === "ROLLBACK";
  }
};

/** Its call was made, and nobody has undone it or taken it as it is. */
const mayStand = ({ committed, ending }: Undone): boolean =>
  committed && ending !== "compensated" && ending !== "undo_accepted";
