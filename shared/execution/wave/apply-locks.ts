import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { held, NOT_WAITING } from "../attempt/told.ts";
import { isResumed } from "../lock/hold.ts";
import type { StepRecord } from "../record/step-record.ts";
import { canStop } from "./stop-steps.ts";
import type { Rule, Walk } from "./walk.ts";

/** Locks hold what has not been sent. Requests that are open stay as they are, unusable, for the day it is resumed. */
export const applyLocks: Rule = (walk) => {
  for (const step of walk.view.schedule.steps) {
    const record = walk.record(step.step_id);
    if (record.phase === "finished" || isMockOnly(step)) continue;
    const lock = walk.lockedBy(step);
    if (lock === undefined) resume(walk, record);
    else if (canStop(walk, record)) walk.tell(step.step_id, held("forward", walk.view.execution, lock.reason));
    else if (lock.mode === "freeze_all" && record.state === "ROLLBACK" && walk.nothingSent(record)) {
      walk.tell(step.step_id, held("compensation", walk.view.execution, lock.reason));
    }
  }
};

/** It began under a lock on everything and can only be simulated, which a lock need not hold. */
const isMockOnly = (step: ScheduledStep): boolean =>
  step.ceiling.reasons.some((reason) => reason.cause === "lock" && reason.mode === "MOCK");

const resume = (walk: Walk, record: StepRecord): void => {
  const request = walk.view.execution.resume_requested;
  if (request === null || record.state !== "LOCKED" || !isResumed(walk.view.execution, record)) return;
  const reason = `resumed by ${request.by}: ${request.reason}`;
  if (record.phase === "open") {
    walk.emit(record.step_id, "resumed", {
      actor: request.by,
      reason,
      changes: { ...NOT_WAITING, ending: null, preview: null, preview_digest: null, provisional: false },
    });
  }
  if (record.phase === "undo_frozen") {
    walk.emit(record.step_id, "undo_resumed", { actor: request.by, reason, changes: NOT_WAITING });
  }
};
