import type { ExecutionStatus } from "../record/execution-record.ts";
import type { StepRecord } from "../record/step-record.ts";
import { stepStatusOf } from "./step-status.ts";

/** The answer of the last pass; FAILED where the workflow itself broke off. */
export type EndDecision = "DONE" | "ABORTED" | "LOCKED" | "FAILED";

export type EndInput = {
  readonly decision: EndDecision;
  /** The execution asked for no more than DRY_RUN. */
  readonly dry_run_only: boolean;
  /** Every step, as the conclusion leaves it. */
  readonly records: readonly StepRecord[];
};

/**
 * How an execution that ends is called, the first that holds:
 *
 * - LOCKED: a lock holds something, or a compensation that somebody must settle or resume.
 * - FAILED: the workflow broke off.
 * - ROLLED_BACK: a person's roll back undid at least one step. A call that could not be undone, or lies beyond the
 * depth asked
 *   for, stands: steps and artifacts say which. It counts for more than an earlier failure or abort, since it came last.
 * - ABORTED: a person ended it. Of a call whose outcome is unknown a person may still be asked.
 * - FAILED: a step failed, or is left to a person.
 * - SUCCEEDED: every step ended as it was asked for, which is `success` in the artifacts: LIVE, or DRY_RUN where no more
 *   was asked for. So all of its plans are successful in orchestration_summary.json, and only then.
 * - INCOMPLETE: it ended, and not all was done: something was rejected, expired, capped, quarantined, or stopped
 *   unsent. A duplicate is among that, though what depends on it goes on: this execution did not make the call, and whether twice was meant
 *   is for whoever asked to say.
 */
export const endStatus = ({ decision, dry_run_only, records }: EndInput): Exclude<ExecutionStatus, "RUNNING"> => {
  if (decision === "LOCKED" || records.some(({ phase }) => phase === "undo_frozen")) return "LOCKED";
  if (decision === "FAILED") return "FAILED";
  if (records.some(undoneByHand)) return "ROLLED_BACK";
  if (decision === "ABORTED") return "ABORTED";
  if (records.some(({ ending, phase }) => ending === "failed" || phase !== "finished")) return "FAILED";
  return records.every((record) => endedAsAsked(record, dry_run_only)) ? "SUCCEEDED" : "INCOMPLETE";
};

const undoneByHand = ({ phase, ending, rollback_trigger }: StepRecord): boolean =>
  phase === "finished" && ending === "compensated" && rollback_trigger === "manual";

/** Of a finished step no call is unknown, and its status does not depend on what was asked of people. */
const endedAsAsked = (record: StepRecord, dry_run_only: boolean): boolean =>
  stepStatusOf(record, { dry_run_only, indeterminate: false, asked_status: null }).status === "success";
