import { type EarlierCall, isUndecided } from "../../conflicts/repeated-call.ts";
import { isUnsettled, type LedgerRow } from "../record/ledger-row.ts";
import type { StepRecord } from "../record/step-record.ts";

/**
 * Whether what a call did is there now. `unknown`: it may be, since nobody knows how the call ended. `no_effect`: it was
 * refused and did nothing. `undo_asked`: a person was asked whether to undo it. `being_undone`: its compensation was
 * begun and has not ended for good.
 */
export type Standing = "stands" | "unknown" | "no_effect" | "undo_asked" | "being_undone" | "undone";

/** A step that rests on the call must not act any more: there is nothing to rest on. */
export const standsNoMore = (standing: Standing): standing is FallenCall["standing"] =>
  standing === "no_effect" || standing === "undone";

/** A step that was dropped as a duplicate, and how the call of another execution that it was dropped for has fallen. */
export type FallenCall = { readonly dropped: string; readonly standing: "no_effect" | "undone" };

/** Why nothing that depends on the dropped step may act. */
export const fallenInWords = ({ dropped, standing }: FallenCall): string => {
  const became = standing === "undone" ? "has been undone since" : "turned out to have had no effect";
  return `${dropped}, which it depends on, was dropped as a duplicate, and the call made before it ${became}`;
};

/**
 * How a call of the ledger stands. `record` is its step's, whose word counts where a person undid it by hand or accepted it as it stood.
 */
export const standingOfCall = (
  row: Pick<LedgerRow, "status">,
  compensation: Pick<LedgerRow, "status"> | undefined,
  record: Pick<StepRecord, "state" | "phase" | "ending"> | undefined,
): Standing => {
  if (row.status === "REJECTED") return "no_effect";
  if (record?.ending === "compensated") return "undone";
  if (record?.ending === "undo_accepted") return "stands";
  // Nothing tells of its step any more: the ledger does.
  if (record === undefined && compensation?.status === "COMMITTED") return "undone";
  if (compensation !== undefined || isBeingUndone(record)) return "being_undone";
  if (record?.phase === "undo_asked") return "undo_asked";
  return isUnsettled(row) ? "unknown" : "stands";
};

const isBeingUndone = (record: Pick<StepRecord, "state" | "phase"> | undefined): boolean =>
  record !== undefined &&
  (record.state === "ROLLBACK" ||
    record.phase === "reconcile_undo" ||
    record.phase === "undo_failed" ||
    record.phase === "undo_frozen");

/**
 * The bearing of a call on a step that would repeat it. `made`: the step is dropped as its duplicate. `undecided`: it is under way,
 * or is being looked up. `not_made`: nothing stands, or will not for long, and the step goes on.
 */
export type AsDuplicate = "made" | "undecided" | "not_made";

/**
 * A call of which nobody can tell what came of it counts as made here, since it must not be made twice: what depends on the
 * duplicate waits until a person has said what came of it. So does one whose row cannot be read, which has no key. One that
 * is being undone is waited for at LIVE.
 */
export const asDuplicateOf = (row: Pick<LedgerRow, "status" | "idempotency_key">, standing: Standing): AsDuplicate => {
  if (standsNoMore(standing) || standing === "being_undone") return "not_made";
  return isUndecided(row) && row.idempotency_key !== "" ? "undecided" : "made";
};

/** The call of another execution that a step waits for, as it stands now. */
export type AwaitedCall = { readonly call: EarlierCall; readonly is: AsDuplicate };
