import type { Edge, ScheduledStep } from "../../conflicts/schedule.ts";
import { isCompensable, undoingTool } from "../../contracts/tool-contract.ts";
import type { RollbackTrigger, StepRecord } from "../step-record.ts";
import { isDependency } from "../view.ts";
import { failedPlans } from "./failures.ts";
import { canStop } from "./stop-steps.ts";
import type { Rule, Walk } from "./walk.ts";

/** Committed, finished LIVE, and a write: something that stands in the outside world. */
export const stands = (step: ScheduledStep, record: StepRecord): boolean =>
  step.writes && record.committed && record.state === "LIVE" && record.phase === "finished";

type Undo = {
  readonly trigger: RollbackTrigger;
  readonly reason: string;
  /** When a person asked for it; null for a plan that failed. */
  readonly asked_at: string | null;
};

/**
 * Undoes what a failed plan committed, and what a person asks for, in reverse order of dependency. Nothing is undone
 * before what depends on it is. What a committed step that cannot be undone depends on is not undone without a person:
 * of a failed plan, one is asked. Nor is anything undone by a call that its tool's contract wants approved, not even
 * for the person who asks for the roll back: that call acts on the world like any other.
 */
export const rollBack: Rule = (walk) => {
  const undoOf = undoRequests(walk);
  if (undoOf.size === 0) return;
  for (const step of [...walk.view.schedule.steps].reverse()) {
    const undo = undoOf.get(step.plan_id);
    const record = walk.record(step.step_id);
    if (undo === undefined || !stands(step, record) || !compensable(walk, step)) continue;
    if (!withinDepth(walk, step)) continue;
    const inTheWay = whatIsInTheWay(walk, step);
    if (inTheWay === "wait") continue;
    const questions = [...(undo.asked_at === null ? restingOn(inTheWay) : []), ...callsToApprove(walk, step)];
    const answer = answerOf(walk, record, undo);
    if (questions.length === 0 || answer === "approved") begin(walk, step.step_id, undo);
    else if (answer === undefined) ask(walk, step.step_id, undo, questions);
  }
};

const begin = (walk: Walk, step_id: string, undo: Undo): void => {
  walk.emit(step_id, "rollback_started", {
    reason: undo.reason,
    changes: {
      ending: null,
      rollback_trigger: undo.trigger,
      waiting_since: null,
      look_again_at: null,
      deferrals: 0,
    },
  });
};

const restingOn = (inTheWay: readonly ScheduledStep[]): string[] => {
  const names = inTheWay.map((dependent) => `${dependent.step_id} (${dependent.tool_name})`).join(", ");
  return inTheWay.length === 0 ? [] : [`${names}, which depends on it, stands and cannot be undone`];
};

const callsToApprove = ({ view }: Walk, step: ScheduledStep): string[] => {
  const contract = view.contracts.get(step.tool_name);
  const undoing = contract && view.contracts.get(undoingTool(contract));
  if (undoing === undefined || undoing === contract || !undoing.requires_approval) return [];
  return [`${undoing.tool_name} (${undoing.risk_level}) would undo it, which wants approval`];
};

const ask = (walk: Walk, step_id: string, undo: Undo, questions: readonly string[]): void => {
  const changes = walk.ask(step_id, "undo");
  walk.emit(step_id, "undo_asked", { reason: [undo.reason, ...questions].join("; "), changes });
};

/** What a person said when asked whether to undo it; undefined when nobody was asked since the roll back was. */
const answerOf = (walk: Walk, { approval_id }: StepRecord, { asked_at }: Undo): "approved" | "rejected" | undefined => {
  const request = approval_id === null ? undefined : walk.view.approvals.get(approval_id);
  if (request?.kind !== "undo" || (request.decided_at ?? "") < (asked_at ?? "")) return undefined;
  return request.status === "approved" || request.status === "rejected" ? request.status : undefined;
};

const undoRequests = (walk: Walk): ReadonlyMap<string, Undo> => {
  const undo = new Map<string, Undo>();
  const { config, rollback_requested } = walk.view.execution;
  if (config.enable_rollback_on_failure) {
    for (const [plan_id, cause] of failedPlans(walk)) {
      const reason = `its plan failed at ${cause.step_id}: ${cause.reason ?? "no reason given"}`;
      undo.set(plan_id, { trigger: "execution_failure", reason, asked_at: null });
    }
  }
  if (rollback_requested !== null) {
    const reason = `${rollback_requested.by} asked to undo it: ${rollback_requested.reason}`;
    const asked_at = rollback_requested.at;
    for (const plan of walk.view.schedule.plans) {
      undo.set(plan.plan_id, { trigger: "manual", reason, asked_at });
    }
  }
  return undo;
};

const compensable = (walk: Walk, step: ScheduledStep): boolean => {
  const contract = walk.view.contracts.get(step.tool_name);
  return contract !== undefined && isCompensable(contract);
};

const followers = (walk: Walk, step_id: string, follows: (edge: Edge) => boolean): ScheduledStep[] => {
  const { plan_id } = walk.index.step(step_id);
  const found = new Map<string, ScheduledStep>();
  const open = [step_id];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    for (const edge of walk.index.edgesOutOf(next).filter(follows)) {
      const after = walk.index.step(edge.after);
      if (after.plan_id !== plan_id || found.has(edge.after)) continue;
      found.set(edge.after, after);
      open.push(edge.after);
    }
  }
  return [...found.values()];
};

const isInOrder = (edge: Edge): boolean => isDependency(edge) || edge.kind === "order" || edge.kind === "delay";

/**
 * The committed steps that depend on it and cannot be undone; "wait" while something after it in its plan still moves,
 * or stands and is to be undone first (or was left standing by a person).
 */
const whatIsInTheWay = (walk: Walk, step: ScheduledStep): ScheduledStep[] | "wait" => {
  for (const after of followers(walk, step.step_id, isInOrder)) {
    const record = walk.record(after.step_id);
    const settled = record.phase === "finished" || (record.state === "LIVE" && canStop(walk, record));
    if (!settled || (stands(after, record) && compensable(walk, after))) return "wait";
  }
  const depending = followers(walk, step.step_id, isDependency);
  return depending.filter((dependent) => stands(dependent, walk.record(dependent.step_id)));
};

/** `depth` counts layers of what stands from the end: 1 is what nothing else that stands depends on. */
const withinDepth = (walk: Walk, step: ScheduledStep): boolean => {
  const depth = walk.view.execution.rollback_requested?.depth ?? null;
  return depth === null || layerOf(walk, step.step_id, new Map()) <= depth;
};

const layerOf = (walk: Walk, step_id: string, known: Map<string, number>): number => {
  const found = known.get(step_id);
  if (found !== undefined) return found;
  const next = walk.index
    .edgesOutOf(step_id)
    .filter(isInOrder)
    .map((edge) => edge.after);
  const own = next.filter((after) => walk.index.step(after).plan_id === walk.index.step(step_id).plan_id);
  const below = Math.max(0, ...own.map((after) => layerOf(walk, after, known)));
  const record = walk.record(step_id);
  const layer = below + (walk.index.step(step_id).writes && record.committed ? 1 : 0);
  known.set(step_id, layer);
  return layer;
};
