import type { ConflictDraft, ConflictRule } from "./conflict-rule.ts";
import { planOrder } from "./plan-order.ts";
import { isDependency } from "./rule-of-order.ts";
import {
  abortStep,
  nameOf,
  type WorkingEdge,
  type WorkingPlan,
  type WorkingSchedule,
  type WorkingStep,
} from "./working-schedule.ts";

/** Dependencies of one plan that stand behind what depends on them. */
type Found = { plan: WorkingPlan; backward: WorkingEdge[] };

const detect = (working: WorkingSchedule): Found[] =>
  working.plans.flatMap((plan): Found[] => {
    const backward = plan.edges.filter((edge) => edge.before.place >= edge.after.place && isDependency(edge));
    return backward.length === 0 ? [] : [{ plan, backward }];
  });

const idsOf = (steps: readonly WorkingStep[]): string[] => steps.map(({ step }) => step.step_id);

/** No order satisfies a circle, so none of its steps runs, and the edges that close it go. */
const breakCircle = (working: WorkingSchedule, plan: WorkingPlan): ConflictDraft[] => {
  const { circle } = planOrder(plan, plan.edges);
  const onCircle = new Set(circle);
  const waiting = circle.filter((step) => step.aborted === null);
  const reason = `${idsOf(circle).join(", ")} wait for each other in a circle`;
  for (const step of waiting) abortStep(working, step, reason);
  plan.edges = plan.edges.filter(({ before, after }) => !(onCircle.has(before) && onCircle.has(after)));
  if (waiting.length === 0) return [];
  const details = { circle: idsOf(circle) };
  const resolution = "aborted: no order satisfies them";
  return [{ steps: waiting, strategy: "ABORT", status: "resolved", finding: reason, resolution, details }];
};

const moved = (after: WorkingStep, before: readonly WorkingStep[]): ConflictDraft => {
  const names = before.map(nameOf).join(", ");
  return {
    steps: [...before, after],
    strategy: "REASSIGN",
    status: "resolved",
    finding: `${nameOf(after)} stands before ${names}, on which it depends`,
    resolution: `moved to a place after ${names}; its agent stays ${after.acting_agent_id}`,
    details: { step_id: after.step.step_id, position: after.step.position, after: idsOf(before) },
  };
};

const movedSteps = (backward: readonly WorkingEdge[]): ConflictDraft[] => {
  const byStep = new Map<WorkingStep, WorkingStep[]>();
  for (const { before, after } of backward) {
    if (before.aborted !== null || after.aborted !== null) continue;
    byStep.set(after, [...(byStep.get(after) ?? []), before]);
  }
  return [...byStep].map(([after, before]) => moved(after, before));
};

/** An agent's steps still run one after the other, now in the order they were moved into. */
const relinkAgents = (plan: WorkingPlan): void => {
  const byAgent = new Map<string, Set<WorkingStep>>();
  for (const { before, after, kind } of plan.edges) {
    if (kind !== "order") continue;
    const chain = byAgent.get(after.step.agent_id) ?? new Set();
    byAgent.set(after.step.agent_id, chain.add(before).add(after));
  }
  plan.edges = plan.edges.filter(({ kind }) => kind !== "order");
  for (const chain of byAgent.values()) {
    const inTurn = [...chain].sort((a, b) => a.turn - b.turn);
    for (const [index, after] of inTurn.entries()) {
      const before = inTurn[index - 1];
      if (before !== undefined) plan.edges.push({ before, after, kind: "order" });
    }
  }
};

const resolve = (working: WorkingSchedule, { plan, backward }: Found): ConflictDraft[] => {
  const broken = breakCircle(working, plan);
  for (const step of plan.steps) step.place = step.turn;
  relinkAgents(plan);
  working.changes.edges += 1;
  return [...broken, ...movedSteps(backward)];
};

/** A step stands before one it depends on; or steps depend on each other in a circle. */
export const orderingConflict: ConflictRule<Found> = {
  type: "ORDERING_CONFLICT",
  severity: 6,
  reads: [],
  detect,
  resolve,
};
