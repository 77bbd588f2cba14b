import { isDependency } from "../../conflicts/rule-of-order.ts";
import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { effectStands, hasFallen } from "../order/order.ts";
import type { StepRecord } from "../record/step-record.ts";
import { isTerminal } from "../view/view.ts";
import { isBeingPerformed } from "./readiness.ts";
import { canStop, stop } from "./stop-steps.ts";
import type { Rule, Walk } from "./walk.ts";

/**
 * A failure that fails its plan: of a write on any rung, or of a read while its plan is rehearsed and nothing was done
 * yet. A read that fails later stops only what depends on it: nothing is ever undone on account of a read.
 */
const failsItsPlan = (walk: Walk, step: ScheduledStep, record: StepRecord): boolean =>
  record.ending === "failed" && (step.writes || !(wasLive(record) || isBeingPerformed(walk, step.plan_id)));

const wasLive = (record: StepRecord): boolean => record.rungs.at(-1)?.mode === "LIVE";

/** The failed step of each plan that has failed; failure concerns one plan, never its neighbours. */
export const failedPlans = (walk: Walk): ReadonlyMap<string, StepRecord> => {
  const failed = new Map<string, StepRecord>();
  for (const step of walk.view.schedule.steps) {
    const record = walk.record(step.step_id);
    if (failsItsPlan(walk, step, record) && !failed.has(step.plan_id)) failed.set(step.plan_id, record);
  }
  return failed;
};

/**
 * The steps that their plan's failure stops: everything of that plan that has not been sent, open requests included.
 */
export const failPlans: Rule = (walk) => {
  const failed = failedPlans(walk);
  if (failed.size === 0) return;
  for (const step of walk.view.schedule.steps) {
    const cause = failed.get(step.plan_id);
    const record = walk.record(step.step_id);
    if (cause !== undefined && canStop(walk, record)) {
      stop(walk, record, "plan_failed", `its plan failed at ${cause.step_id}: ${cause.reason ?? "no reason given"}`);
    }
  }
};

/**
 * A step behind an aborted one is aborted, whatever became of the steps between them. A step whose call was made
 * in its place counts as done: while what became of that call is not known, its dependents wait.
 */
export const followDependencies: Rule = (walk) => {
  const fallen = new Map<string, StepRecord>();
  // In rank order: what stands ahead of a step is known before the step.
  for (const step of walk.view.schedule.steps) {
    const ahead = fallenAhead(walk, step, fallen);
    if (ahead === undefined) continue;
    fallen.set(step.step_id, ahead);
    const record = walk.record(step.step_id);
    if (!canStop(walk, record)) continue;
    const became = ahead.ending === "compensated" ? "was undone" : "was aborted";
    const why = ahead.reason ?? "no reason given";
    stop(walk, record, "dependency", `${ahead.step_id}, which it depends on, ${became}: ${why}`);
  }
};

const fallenAhead = (
  walk: Walk,
  step: ScheduledStep,
  fallen: ReadonlyMap<string, StepRecord>,
): StepRecord | undefined => {
  for (const edge of walk.index.edgesInto(step.step_id)) {
    if (!isDependency(edge)) continue;
    const before = walk.recordOfCall(edge.before);
    const found = hasFallen(before) ? before : fallen.get(edge.before);
    if (found !== undefined) return found;
  }
  return undefined;
};

/**
 * The later of two equal calls waits for the first: aborted where the first did it or may have, free where it did not,
 * or where that was undone.
 */
export const settleDuplicates: Rule = (walk) => {
  for (const step of walk.view.schedule.steps) {
    if (step.allow_duplicate) continue;
    const record = walk.record(step.step_id);
    if (!canStop(walk, record)) continue;
    for (const edge of walk.index.edgesInto(step.step_id)) {
      if (edge.kind !== "twin") continue;
      const first = walk.record(edge.before);
      const unknown = first.phase === "reconcile";
      if (!unknown && !(first.committed && isTerminal(first) && effectStands(first))) continue;
      const what = unknown ? "may have done (its outcome is unknown)" : "did";
      if (record.state === "AWAITING_APPROVAL")
        walk.voidRequest(step.step_id, "the same call was made by the step it is a duplicate of");
      walk.emit(step.step_id, "aborted", {
        reason: `DUPLICATE_ACTION: ${edge.before} ${what} the same call`,
        changes: { ending: "conflict", live_output: first.live_output },
      });
      break;
    }
  }
};
