import { isDependency } from "./rule-of-order.ts";
import { topologicalOrder } from "./topological-order.ts";
import { isLive, nameOf, type WorkingPlan, type WorkingStep } from "./working-schedule.ts";

/** More steps than this are not listed one by one: advice must stay readable. */
const MAX_LISTED = 20;

const isIrreversible = (step: WorkingStep): boolean => !step.contract.reversible;

/** The plan's order with what cannot be undone as late as dependencies allow. */
const safestOrder = (plan: WorkingPlan, inTurn: readonly WorkingStep[]): WorkingStep[] => {
  const first = inTurn[0]?.turn ?? 0;
  const pairs = plan.edges
    .filter(isDependency)
    .map(({ before, after }) => ({ before: before.turn - first, after: after.turn - first }));
  const priority = inTurn.map((step, place) => (step.writes && isIrreversible(step) ? inTurn.length + place : place));
  return topologicalOrder(inTurn.length, pairs, priority).order.flatMap((place) => inTurn[place] ?? []);
};

/** How many reversible steps stand before each irreversible one. */
const reversibleBefore = (steps: readonly WorkingStep[]): Map<WorkingStep, number> => {
  let reversible = 0;
  const before = new Map<WorkingStep, number>();
  for (const step of steps) {
    if (isIrreversible(step)) before.set(step, reversible);
    else reversible += 1;
  }
  return before;
};

/** Some reversible step stands behind an irreversible one; whether it could stand before it is another question. */
const hasCandidate = (writing: readonly WorkingStep[]): boolean => {
  let irreversible = Number.POSITIVE_INFINITY;
  for (const step of writing) if (isIrreversible(step)) irreversible = Math.min(irreversible, step.turn);
  return writing.some((step) => !isIrreversible(step) && step.turn > irreversible);
};

const listed = (steps: readonly WorkingStep[]): string =>
  steps.length <= MAX_LISTED
    ? steps.map(nameOf).join(", ")
    : `${steps.slice(0, MAX_LISTED).map(nameOf).join(", ")} and ${steps.length - MAX_LISTED} more`;

/**
 * Advice on one plan: an irreversible step that runs before a reversible writing one stands when that one fails.
 * Says the better order where dependencies allow one; null where the plan is well ordered already.
 */
export const orderingAdvice = (plan: WorkingPlan): string | null => {
  const writing = plan.steps.filter((step) => step.writes && isLive(step));
  if (!hasCandidate(writing)) return null;
  const inTurn = plan.steps.toSorted((a, b) => a.turn - b.turn);
  const isWriting = new Set(writing);
  const better = safestOrder(plan, inTurn).filter((step) => isWriting.has(step));
  const now = reversibleBefore(inTurn.filter((step) => isWriting.has(step)));
  const then = reversibleBefore(better);
  const early = [...now].flatMap(([step, count]) => ((then.get(step) ?? 0) > count ? [step] : []));
  if (early.length === 0) return null;
  return `${listed(early)} cannot be undone, and a step that can be stands behind: were it to fail, the first would stand. Better: ${listed(better)}`;
};
