import { isDuplicateSensitive } from "../contracts/tool-contract.ts";
import { comparableCall } from "./call-digest.ts";
import { type ConflictInput, contractOf } from "./conflict-input.ts";
import type { Conflict, Edge, Schedule, ScheduledStep } from "./schedule.ts";
import { finderOf, linkDependencies } from "./working-from-plans.ts";
import {
  pairNumber,
  type WorkingEdge,
  type WorkingPlan,
  type WorkingSchedule,
  type WorkingStep,
} from "./working-schedule.ts";

/** Ids of steps that were aborted as duplicates: what depends on one of them takes the other call as done. */
export const stepsDoneElsewhere = (conflicts: readonly Conflict[]): ReadonlySet<string> =>
  new Set(
    conflicts
      .filter((one) => one.conflict_type === "DUPLICATE_ACTION" && one.resolution_strategy === "ABORT")
      .flatMap(({ step_ids }) => step_ids),
  );

const workingStep = (
  input: ConflictInput,
  plan: WorkingPlan,
  step: ScheduledStep,
  doneElsewhere: boolean,
): WorkingStep => ({
  index: step.rank,
  plan,
  step,
  contract: contractOf(input, step.tool_name),
  writes: step.writes,
  resources: step.resources,
  call: isDuplicateSensitive(contractOf(input, step.tool_name)) ? comparableCall(input, step) : null,
  dependencies: [],
  dependents: [],
  acting_agent_id: step.acting_agent_id,
  approval_needed: step.approval_needed,
  approvals_required: step.approvals_required,
  ceiling: step.ceiling,
  aborted: step.aborted_by_conflict,
  done_elsewhere: doneElsewhere,
  not_before_seconds: step.not_before_seconds,
  place: step.rank,
  turn: step.rank,
});

const workingPlans = (schedule: Schedule): Map<string, WorkingPlan> =>
  new Map(
    schedule.plans.map(({ step_ids: _ids, aborted, warnings, ...head }) => [
      head.plan_id,
      { head, steps: [], edges: [], aborted, warnings: [...warnings], permissions: new Map() },
    ]),
  );

const placeEdges = (working: WorkingSchedule, edges: readonly Edge[]): void => {
  const find = finderOf(working.steps);
  for (const { before, after, kind } of edges) {
    const edge: WorkingEdge = { before: find(before), after: find(after), kind };
    if (kind !== "delay" && kind !== "twin") edge.after.plan.edges.push(edge);
    else {
      working.waits.push(edge);
      working.waiting[kind].add(pairNumber(working, edge.before, edge.after));
    }
  }
  for (const plan of working.plans) linkDependencies(plan.edges);
};

/** A resolved schedule, ready to be worked on again. Throws when one of its steps has no plan or no contract. */
export const workingFromSchedule = (schedule: Schedule, input: ConflictInput): WorkingSchedule => {
  const plans = workingPlans(schedule);
  const elsewhere = stepsDoneElsewhere(schedule.conflicts);
  const steps = schedule.steps.map((step) => {
    const plan = plans.get(step.plan_id);
    if (plan === undefined)
      throw new RangeError(`${step.step_id} belongs to ${step.plan_id}, which is not in the schedule`);
    const placed = workingStep(input, plan, step, elsewhere.has(step.step_id));
    plan.steps.push(placed);
    return placed;
  });
  const working: WorkingSchedule = {
    input,
    plans: [...plans.values()],
    steps,
    order: steps,
    waits: [],
    waiting: { delay: new Set(), twin: new Set() },
    conflicts: new Map(schedule.conflicts.map((conflict) => [conflict.conflict_id, conflict])),
    known: new Set(schedule.conflicts.map(({ conflict_id }) => conflict_id)),
    edited: null,
    changes: { live: 0, edges: 0, times: 0 },
  };
  placeEdges(working, schedule.edges);
  return working;
};
