import type { ScheduledStep } from "../../conflicts/schedule.ts";
import type { StepRecord } from "../step-record.ts";
import { isDependency } from "../view.ts";
import { canStop, stop } from "./stop-steps.ts";
import type { Rule, Walk } from "./walk.ts";

/**
 * A failure that fails its plan: a mock or preview that failed (nothing of the plan was done yet), or a write that
 * failed without effect. A read that failed LIVE stops only what depends on it: there is nothing to undo.
 */
export const failsItsPlan = (step: Pick<ScheduledStep, "writes">, record: StepRecord): boolean =>
  record.ending === "failed" && (step.writes || record.rungs.at(-1)?.mode !== "LIVE");

/** The failed step of each plan that has failed; failure concerns one plan, never its neighbours. */
export const failedPlans = (walk: Walk): ReadonlyMap<string, StepRecord> => {
  const failed = new Map<string, StepRecord>();
  for (const step of walk.view.schedule.steps) {
    const record = walk.record(step.step_id);
    if (failsItsPlan(step, record) && !failed.has(step.plan_id)) failed.set(step.plan_id, record);
  }
  return failed;
};

/** What its plan's failure stops: everything of that plan that has not been sent, open requests included. */
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
 * What depends on an aborted step is aborted. A step whose call was made in its place counts as done: it carries the
 * other call's output, and while that is not known its dependents wait.
 */
export const followDependencies: Rule = (walk) => {
  for (const step of walk.view.schedule.steps) {
    const record = walk.record(step.step_id);
    if (!canStop(walk, record)) continue;
    for (const edge of walk.index.edgesInto(step.step_id)) {
      if (!isDependency(edge)) continue;
      const before = walk.recordOfCall(edge.before);
      if (before.state === "ABORTED" && before.phase === "finished" && before.live_output === null) {
        const why = before.reason ?? "no reason given";
        stop(walk, record, "dependency", `${edge.before}, which it depends on, was aborted: ${why}`);
        break;
      }
    }
  }
};

/** The later of two equal calls waits for the first: aborted where the first did it or may have, free where it did not. */
export const settleTwins: Rule = (walk) => {
  for (const step of walk.view.schedule.steps) {
    if (step.allow_duplicate) continue;
    const record = walk.record(step.step_id);
    if (!canStop(walk, record)) continue;
    for (const edge of walk.index.edgesInto(step.step_id)) {
      if (edge.kind !== "twin") continue;
      const first = walk.record(edge.before);
      const unknown = first.phase === "reconcile" || first.phase === "reconcile_undo";
      if (!first.committed && !unknown) continue;
      const what = unknown ? "may have done (its outcome is unknown)" : "did";
      if (record.state === "AWAITING_APPROVAL") walk.voidRequest(step.step_id, "the same call was made by its twin");
      walk.emit(step.step_id, "aborted", {
        reason: `DUPLICATE_ACTION: ${edge.before} ${what} the same call`,
        changes: { ending: "conflict", live_output: first.live_output },
      });
      break;
    }
  }
};
