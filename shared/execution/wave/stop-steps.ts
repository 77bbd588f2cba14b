import type { StepChanges } from "../record/step-event.ts";
import type { Ending, StepRecord } from "../record/step-record.ts";
import { elsewhereName } from "../view/view.ts";
import type { Rule, Walk } from "./walk.ts";

/** States in which a step can still be stopped without anything having happened. */
export const canStop = (walk: Walk, record: StepRecord): boolean =>
  record.phase === "open" &&
  (record.state === "MOCK" ||
    record.state === "DRY_RUN" ||
    record.state === "AWAITING_APPROVAL" ||
    (record.state === "LIVE" && walk.nothingSent(record)));

/** An execution that is aborted or fails lets go of what a lock holds: nobody could resume it any more. */
export const canEnd = (walk: Walk, record: StepRecord): boolean =>
  canStop(walk, record) || (record.phase === "open" && record.state === "LOCKED");

export const stop = (
  walk: Walk,
  record: StepRecord,
  ending: Ending,
  reason: string,
  changes: StepChanges = {},
): void => {
  if (record.state === "AWAITING_APPROVAL" || record.state === "LOCKED") walk.voidRequest(record.step_id, reason);
  walk.emit(record.step_id, "aborted", { reason, changes: { ...changes, ending } });
};

/** Of a duplicate the earlier call's output is known where that was made, and what depends on it takes that. */
export const outputElsewhere = ({ view }: Walk, step_id: string): StepChanges => ({
  live_output: view.bodies.get(elsewhereName(step_id)) ?? null,
  ...(view.made_up_elsewhere.has(step_id) ? { made_up: true } : {}),
});

/** Steps that conflict resolution aborted, whole plans with too many unresolved conflicts among them. */
export const stopForConflicts: Rule = (walk) => {
  for (const step of walk.view.schedule.steps) {
    const reason = walk.index.plan(step.plan_id).aborted ?? step.aborted_by_conflict;
    const record = walk.record(step.step_id);
    if (reason !== null && canStop(walk, record)) {
      stop(walk, record, "conflict", reason, outputElsewhere(walk, step.step_id));
    }
  }
};

/** A person aborted the execution: nothing new starts; calls that run end first. */
export const stopForAbort: Rule = (walk) => {
  const request = walk.view.execution.abort_requested;
  if (request === null) return;
  for (const { step_id } of walk.view.schedule.steps) {
    const record = walk.record(step_id);
    if (canEnd(walk, record)) stop(walk, record, "execution_aborted", `aborted by ${request.by}: ${request.reason}`);
  }
};
