import { SIDES, sideOf } from "../attempt/side.ts";
import { notSent, unknown } from "../attempt/told.ts";
import { type EndDecision, endStatus } from "../outcome/end-status.ts";
import type { ExecutionStatus } from "../record/execution-record.ts";
import type { StepRecord } from "../record/step-record.ts";
import type { ExecutionView } from "../view/view.ts";
import type { Advance } from "./advance.ts";
import { askAgain } from "./climb.ts";
import { settleCalls } from "./settle-calls.ts";
import { canEnd, stop } from "./stop-steps.ts";
import { voidOrphans, voidUnopened } from "./void-orphans.ts";
import { Walk } from "./walk.ts";

export type Conclusion = Pick<Advance, "transited" | "asks" | "voids"> & { readonly status: ExecutionStatus };

/**
 * The end of an execution, or of this part of it: every unfinished step gets a final state, or a person to settle it.
 * A call that the ledger knows is no question to anybody.
 * A LOCKED execution keeps its steps and its open requests as they are, for the day it is resumed.
 */
export const conclude = (view: ExecutionView, decision: EndDecision, failure: string | null): Conclusion => {
  const walk = new Walk(view);
  const why = failure === null ? "the execution ended before it" : `the workflow failed: ${failure}`;
  settleCalls(walk);
  if (decision !== "LOCKED") {
    for (const { step_id } of view.schedule.steps) finish(walk, walk.record(step_id), why);
  }
  // A question that its step waits for may have been lost with the pass that was to ask it; no other pass follows.
  askAgain(walk);
  voidOrphans(walk);
  voidUnopened(walk);
  return {
    transited: walk.transited,
    asks: walk.asks,
    voids: walk.voids,
    status: endStatus({
      decision,
      dry_run_only: view.execution.config.dry_run_only,
      records: view.schedule.steps.map(({ step_id }) => walk.record(step_id)),
    }),
  };
};

const finish = (walk: Walk, record: StepRecord, why: string): void => {
  if (record.phase !== "open") return;
  if (canEnd(walk, record)) {
    stop(walk, record, "execution_aborted", why);
    return;
  }
  // Something may have been sent, or stands that was to be undone: only a person can end it now.
  const side = sideOf(record);
  if (record.state !== SIDES[side].state) return;
  const row = walk.row(record.step_id, side);
  walk.tell(
    record.step_id,
    row === undefined ? notSent(side, record, `nothing was sent: ${why}`) : unknown(side, record, row, why),
  );
};
