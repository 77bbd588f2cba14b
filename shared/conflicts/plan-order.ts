import { isDependency } from "./rule-of-order.ts";
import { nodesOnCircles, type Pair, topologicalOrder } from "./topological-order.ts";
import type { WorkingEdge, WorkingPlan, WorkingStep } from "./working-schedule.ts";

export type PlanOrder = {
  /** Every step of the plan, each after what it depends on, otherwise as submitted. */
  order: readonly WorkingStep[];
  /** Steps that depend on each other in a circle: no order satisfies them. */
  circle: readonly WorkingStep[];
};

/**
 * The order in which one plan's steps can run. An agent's own order (`order` edges) gives way to dependencies, so it
 * is not asked; it holds as far as they leave it. Linear where the plan is in order as submitted.
 */
export const planOrder = (plan: WorkingPlan, edges: readonly WorkingEdge[]): PlanOrder => {
  if (edges.every((edge) => edge.before.index < edge.after.index || !isDependency(edge)))
    return { order: plan.steps, circle: [] };
  const dependencies = edges.filter(isDependency);
  const start = plan.steps[0]?.index ?? 0;
  const count = plan.steps.length;
  const asSubmitted = plan.steps.map((_, position) => position);
  const pairs = dependencies.map(
    ({ before, after }): Pair => ({ before: before.index - start, after: after.index - start }),
  );
  const circle = new Set(nodesOnCircles(count, pairs));
  const open = pairs.filter(({ before, after }) => !(circle.has(before) && circle.has(after)));
  const stepsAt = (positions: Iterable<number>): WorkingStep[] =>
    [...positions].flatMap((position) => plan.steps[position] ?? []);
  return { order: stepsAt(topologicalOrder(count, open, asSubmitted).order), circle: stepsAt(circle) };
};
