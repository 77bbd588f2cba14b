import { inOrderWith } from "../../conflicts/rule-of-order.ts";
import type { ScheduledStep } from "../../conflicts/schedule.ts";
import { isCompensable, undoingTool } from "../../contracts/tool-contract.ts";
import { cutText } from "../../plan/cut-text.ts";
import { NOT_WAITING } from "../attempt/told.ts";
import { behindCalls, type Dependents, dependentsFromTheEnd } from "../order/duplicates.ts";
import { stands } from "../order/order.ts";
import type { RollbackTrigger, StepRecord } from "../record/step-record.ts";
import { failedPlans } from "./failures.ts";
import { layersOf } from "./roll-back-layers.ts";
import { canStop } from "./stop-steps.ts";
import type { Rule, Walk } from "./walk.ts";

type Undo = {
  readonly trigger: RollbackTrigger;
  readonly reason: string;
  /** Of the roll backs that people asked for; 0 for that of a plan that failed. */
  readonly number: number;
  /** How many layers of what stands, from the end; null for all. */
  readonly depth: number | null;
};

/**
 * Undoes what a failed plan committed, and what a person asks for, in reverse of the rule of order
 * (shared/conflicts/rule-of-order.ts): nothing is undone before what stands behind it is. A call on which something
 * rests that stands, and is not to be undone, is not undone without a person: be it irreversible, or of another plan,
 * which took the call for its own. Nor is anything undone by a call that its tool's contract wants approved. Not even
 * for the person who asks for the roll back: what would be left standing on nothing is said, and answered, step by
 * step.
 */
export const rollBack: Rule = (walk) => {
  const undoOf = undoRequests(walk);
  if (undoOf.size === 0) return;
  const layers = layersOf({
    steps: walk.view.schedule.steps,
    index: walk.index,
    recordOf: (id) => walk.record(id),
    number: walk.view.execution.rollback_requested?.number ?? 0,
  });
  const behind = behindCalls(walk.index, (id) => walk.record(id));
  const comesFirst = (step_id: string): boolean => {
    const after = walk.index.step(step_id);
    return undoOf.has(after.plan_id) && isInTheWay(walk, after);
  };
  /** Neither it nor anything behind it comes first: nobody needs to look behind it. */
  const clear = new Set<string>();
  const looking = { next: behind, step: walk.index.step, counts: comesFirst, isClear: (id: string) => clear.has(id) };
  const dependents = dependentsFromTheEnd(
    walk.index,
    (id) => walk.record(id),
    (id) => mayRest(walk, id),
  );
  // From the end: what stands behind a step has been looked at before it.
  for (const step of [...walk.view.schedule.steps].reverse()) {
    const undo = undoOf.get(step.plan_id);
    if (undo !== undefined && isUndoneBy(walk, step, undo, layers)) {
      const [first] = inOrderWith(step, looking);
      if (first === undefined) undoNext(walk, step, undo, { undoOf, dependents });
    }
    dependents.passed(step.step_id);
    if (behind(step.step_id).every((id) => clear.has(id)) && !comesFirst(step.step_id)) clear.add(step.step_id);
  }
};

const isUndoneBy = (walk: Walk, step: ScheduledStep, { depth }: Undo, layers: ReadonlyMap<string, number>): boolean =>
  stands(step, walk.record(step.step_id)) &&
  isUndoable(walk, step) &&
  (depth === null || (layers.get(step.step_id) ?? 0) <= depth);

/**
 * It still moves, or stands and is to be undone first. One that is too deep, or left standing by a person, holds what
 * stands before it too: in its plan, and in another that is undone as well, which may have written the same record after it.
 */
const isInTheWay = (walk: Walk, after: ScheduledStep): boolean => {
  const record = walk.record(after.step_id);
  const settled = record.phase === "finished" || (record.state === "LIVE" && canStop(walk, record));
  return !settled || (stands(after, record) && isUndoable(walk, after));
};

type Undoing = { readonly undoOf: ReadonlyMap<string, Undo>; readonly dependents: Dependents };

const undoNext = (walk: Walk, step: ScheduledStep, undo: Undo, undoing: Undoing): void => {
  const answer = answerOf(walk, walk.record(step.step_id), undo);
  // It stands, by a person's word, also when what the question was about has gone since.
  if (answer === "rejected") return;
  const resting = whatRestsOn(walk, step, undoing, answer === "approved");
  if (resting === "wait") return;
  const questions = [...standOn(resting), ...callsToApprove(walk, step)];
  if (questions.length === 0 || answer === "approved") begin(walk, step.step_id, undo);
  else ask(walk, step.step_id, undo, questions);
};

const begin = (walk: Walk, step_id: string, undo: Undo): void => {
  const rollback_reason = cutText(undo.reason);
  walk.emit(step_id, "rollback_started", {
    reason: rollback_reason,
    changes: {
      ending: null,
      rollback_trigger: undo.trigger,
      rollback_reason,
      rollback_number: undo.number,
      ...NOT_WAITING,
    },
  });
};

const standOn = (resting: readonly ScheduledStep[]): string[] => {
  const names = resting.map((dependent) => `${dependent.step_id} (${dependent.tool_name})`).join(", ");
  return resting.length === 0 ? [] : [`${names}, which depends on it, stands and is not undone`];
};

const callsToApprove = ({ view }: Walk, step: ScheduledStep): string[] => {
  const contract = view.contracts.get(step.tool_name);
  const undoing = contract && view.contracts.get(undoingTool(contract));
  if (undoing === undefined || undoing === contract || !undoing.requires_approval) return [];
  return [`${undoing.tool_name} (${undoing.risk_level}) would undo it, which wants approval`];
};

const ask = (walk: Walk, step_id: string, undo: Undo, questions: readonly string[]): void => {
  const changes = { ...walk.ask(step_id, "undo"), rollback_number: undo.number };
  walk.emit(step_id, "undo_asked", { reason: [undo.reason, ...questions].join("; "), changes });
};

/** A person's answer to whether to undo it, for this roll back; undefined when nobody was asked for it. */
const answerOf = (walk: Walk, record: StepRecord, undo: Undo): "approved" | "rejected" | undefined => {
  const { approval_id } = record;
  const request = approval_id === null ? undefined : walk.view.approvals.get(approval_id);
  if (request?.kind !== "undo" || (record.rollback_number ?? 0) !== undo.number) return undefined;
  return request.status === "approved" || request.status === "rejected" ? request.status : undefined;
};

const undoRequests = (walk: Walk): ReadonlyMap<string, Undo> => {
  const undo = new Map<string, Undo>();
  const { config, rollback_requested } = walk.view.execution;
  if (config.enable_rollback_on_failure) {
    for (const [plan_id, cause] of failedPlans(walk)) {
      const reason = `its plan failed at ${cause.step_id}: ${cause.reason ?? "no reason given"}`;
      undo.set(plan_id, { trigger: "execution_failure", reason, number: 0, depth: null });
    }
  }
  if (rollback_requested !== null) {
    const { by, number, depth } = rollback_requested;
    const reason = `${by} asked to undo it: ${rollback_requested.reason}`;
    for (const plan of walk.view.schedule.plans) undo.set(plan.plan_id, { trigger: "manual", reason, number, depth });
  }
  return undo;
};

const isUndoable = (walk: Walk, step: ScheduledStep): boolean => {
  const contract = walk.view.contracts.get(step.tool_name);
  return contract !== undefined && isCompensable(contract);
};

/**
 * The calls that rest on a step's call, by way of whatever stands between, stands, and is not to be undone before it;
 * "wait" while something that rests on it is on its way, or of a plan that is undone too and comes first. Once it is
 * decided that the step is undone, what was not sent by then is not about to be.
 */
const whatRestsOn = (
  walk: Walk,
  step: ScheduledStep,
  { undoOf, dependents }: Undoing,
  decided: boolean,
): ScheduledStep[] | "wait" => {
  const resting: ScheduledStep[] = [];
  for (const step_id of dependents.of(step.step_id)) {
    const after = walk.index.step(step_id);
    const record = walk.record(step_id);
    if (isOnItsWay(walk, after, record, decided)) return "wait";
    if (stands(after, record)) {
      if (after.plan_id !== step.plan_id && undoOf.has(after.plan_id) && isUndoable(walk, after)) return "wait";
      resting.push(after);
    } else if (record.ending === "undo_accepted") resting.push(after);
  }
  return resting;
};

/** Whether a call that it depends on may have to wait for it, or rests under it: what `whatRestsOn` looks for. */
const mayRest = (walk: Walk, step_id: string): boolean => {
  const [step, record] = [walk.index.step(step_id), walk.record(step_id)];
  return stands(step, record) || record.ending === "undo_accepted" || isOnItsWay(walk, step, record, false);
};

/**
 * Something was sent whose end is not known, or is about to be. A step that only waits stays where it is, since from
 * now on what it rests on is undecided.
 */
const isOnItsWay = (walk: Walk, step: ScheduledStep, record: StepRecord, decided: boolean): boolean => {
  switch (record.phase) {
    case "finished":
    case "undo_asked":
    case "undo_failed":
    case "undo_frozen":
      return false;
    case "reconcile":
    case "reconcile_undo":
      return true;
    case "open":
      if (record.state === "ROLLBACK") return true;
      if (record.state !== "LIVE") return false;
      return !walk.nothingSent(record) || (!decided && !walk.waits.isHeld(step));
  }
};
