import { nextRequest } from "../../../shared/execution/approval-id.ts";
import { isUnsettled, type LedgerKey, type LedgerRow } from "../../../shared/execution/ledger-row.ts";
import type { StepRecord } from "../../../shared/execution/step-record.ts";
import type { Deps } from "../../deps.ts";
import { endUnsent } from "../step/end-unsent.ts";
import { move, type StepContext } from "../step/step-context.ts";
import { later } from "./live-call.ts";

type Failing = Pick<Deps, "clock" | "ledger" | "steps">;

/** LIVE may be started once more where a start came to nothing before anything was sent. */
const STARTS = 2;

/** A compensation is worth more attempts: what it is to undo stands in the outside world. */
const UNDO_STARTS = 5;

/** And so is finding out what came of a call that was sent. */
const LOOKS = 5;

const sideOf = ({ state }: Pick<StepRecord, "state">): LedgerKey["side"] =>
  state === "ROLLBACK" ? "compensation" : "forward";

/** How many starts of this side came to nothing, with the next one; after a new approval they are counted anew. */
const counted = (record: StepRecord) => {
  const [side, asked] = [sideOf(record), record.approvals_asked];
  const before = record.failed_starts;
  const same = before?.side === side && before.asked === asked;
  return { side, asked, count: (same ? before.count : 0) + 1 };
};

/**
 * A start of LIVE or of a compensation that ended before anything was sent: it was not ready in time, or something
 * threw. It is begun again so many times, and then it ends: as not started, or with a person who undoes it by hand.
 * @throws StepMoved
 */
export const startAgain = async (
  deps: Failing,
  { record }: Pick<StepContext, "record">,
  why: string,
): Promise<void> => {
  const failed_starts = counted(record);
  const { side, count } = failed_starts;
  if (side === "forward") {
    if (count < STARTS) await move(deps, record, { event: "live_deferred", reason: why, changes: { failed_starts } });
    else {
      const reason = `${count} starts came to nothing, and nothing was sent: ${why}`;
      const changes = { ending: "not_started", failed_starts } as const;
      await endUnsent(deps, { record }, side, { event: "live_not_started", reason, changes });
    }
    return;
  }
  if (count >= UNDO_STARTS) {
    const reason = `the compensation failed ${count} times before it was sent: ${why}`;
    const changes = { ...nextRequest(record, "undo_failed"), failed_starts };
    await endUnsent(deps, { record }, side, { event: "compensation_failed", reason, changes });
    return;
  }
  const look_again_at = later(deps, 2 ** count);
  await move(deps, record, {
    event: "undo_deferred",
    reason: why,
    changes: { waiting_since: null, deferrals: 0, failed_starts, look_again_at },
  });
};

/**
 * Finding out what came of a call that was sent ended in an error. It is looked at again after growing pauses, and then
 * a person is asked. A row that may still be running, or is settled, is left to Next wave.
 * @throws StepMoved
 */
export const lookAgain = async (
  deps: Failing,
  { record }: Pick<StepContext, "record">,
  row: LedgerRow,
  why: string,
): Promise<void> => {
  const running = row.status === "INTENT" && row.deadline > deps.clock.now().toISOString();
  if (!isUnsettled(row) || running) return;
  const failed_starts = counted(record);
  const { side, count } = failed_starts;
  const forward = side === "forward";
  if (count < LOOKS) {
    const look_again_at = later(deps, 2 ** count);
    const event = forward ? "live_deferred" : "undo_deferred";
    const reason = `what came of the call could not be found out: ${why}`;
    await move(deps, record, { event, reason, changes: { failed_starts, look_again_at } });
    return;
  }
  await move(deps, record, {
    event: forward ? "live_unknown" : "compensation_unknown",
    reason: `OUTCOME_UNKNOWN: finding out failed ${count} times: ${why}`,
    changes: { ...nextRequest(record, forward ? "reconcile" : "reconcile_undo"), failed_starts },
  });
};
