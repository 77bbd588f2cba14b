import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { isCompensable } from "../../contracts/tool-contract.ts";
import type { RollbackTrigger, StepRecord } from "../step-record.ts";
import { isDependency } from "../view.ts";
import { failedPlans } from "./failures.ts";
import type { Rule, Walk } from "./walk.ts";

/** Committed, finished LIVE, and a write: something that stands in the outside world. */
export const stands = (step: ScheduledStep, record: StepRecord): boolean =>
  step.writes && record.committed && record.state === "LIVE" && record.phase === "finished";

type Undo = { readonly trigger: RollbackTrigger; readonly reason: string; readonly by_person: boolean };

/**
 * Undoes what a failed plan committed, and what a person asks for, in reverse order of dependency. Nothing is undone
 * before what depends on it is; a committed step that cannot be undone keeps standing what it depends on, unless a
 * person asks.
 */
export const rollBack: Rule = (walk) => {
  const undoOf = undoRequests(walk);
  if (undoOf.size === 0) return;
  for (const step of [...walk.view.schedule.steps].reverse()) {
    const undo = undoOf.get(step.plan_id);
    const record = walk.record(step.step_id);
    if (undo === undefined || !stands(step, record) || !compensable(walk, step)) continue;
    if (!withinDepth(walk, step) || !dependentsAllow(walk, step, undo)) continue;
    walk.emit(step.step_id, "rollback_started", {
      reason: undo.reason,
      changes: {
        ending: null,
        rollback_trigger: undo.trigger,
        waiting_since: null,
        look_again_at: null,
        deferrals: 0,
      },
    });
  }
};

const undoRequests = (walk: Walk): ReadonlyMap<string, Undo> => {
  const undo = new Map<string, Undo>();
  const { config, rollback_requested } = walk.view.execution;
  if (config.enable_rollback_on_failure) {
    for (const [plan_id, cause] of failedPlans(walk)) {
      const reason = `its plan failed at ${cause.step_id}: ${cause.reason ?? "no reason given"}`;
      undo.set(plan_id, { trigger: "execution_failure", reason, by_person: false });
    }
  }
  if (rollback_requested !== null) {
    const reason = `${rollback_requested.by} asked to undo it: ${rollback_requested.reason}`;
    for (const plan of walk.view.schedule.plans) {
      undo.set(plan.plan_id, { trigger: "manual", reason, by_person: true });
    }
  }
  return undo;
};

const compensable = (walk: Walk, step: ScheduledStep): boolean => {
  const contract = walk.view.contracts.get(step.tool_name);
  return contract !== undefined && isCompensable(contract);
};

const dependentsOf = (walk: Walk, step_id: string): string[] =>
  walk.index
    .edgesOutOf(step_id)
    .filter((edge) => isDependency(edge) || edge.kind === "order" || edge.kind === "delay")
    .map((edge) => edge.after)
    .filter((after) => walk.index.step(after).plan_id === walk.index.step(step_id).plan_id);

const dependentsAllow = (walk: Walk, step: ScheduledStep, undo: Undo): boolean => {
  const seen = new Set<string>();
  const open = dependentsOf(walk, step.step_id);
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    if (!dependentAllows(walk, walk.index.step(next), undo)) return false;
    open.push(...dependentsOf(walk, next));
  }
  return true;
};

const dependentAllows = (walk: Walk, dependent: ScheduledStep, undo: Undo): boolean => {
  const record = walk.record(dependent.step_id);
  if (record.phase !== "finished")
    return record.phase === "open" && record.state === "LIVE" ? walk.nothingSent(record) : false;
  if (!stands(dependent, record)) return true;
  return undo.by_person && !compensable(walk, dependent);
};

/** `depth` counts layers of what stands from the end: 1 is what nothing else that stands depends on. */
const withinDepth = (walk: Walk, step: ScheduledStep): boolean => {
  const depth = walk.view.execution.rollback_requested?.depth ?? null;
  return depth === null || layerOf(walk, step.step_id, new Map()) <= depth;
};

const layerOf = (walk: Walk, step_id: string, known: Map<string, number>): number => {
  const found = known.get(step_id);
  if (found !== undefined) return found;
  const below = Math.max(0, ...dependentsOf(walk, step_id).map((after) => layerOf(walk, after, known)));
  const record = walk.record(step_id);
  const layer = below + (walk.index.step(step_id).writes && record.committed ? 1 : 0);
  known.set(step_id, layer);
  return layer;
};
