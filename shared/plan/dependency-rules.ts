import { type Arrow, findCycles } from "./cycles.ts";
import { pointerTo } from "./json-pointer.ts";
import type { LenientPlan, LenientStep } from "./lenient-parse.ts";
import { type References, referencesIn } from "./references.ts";
import { createSuggester, cutName, quoted } from "./suggestion.ts";
import type { Violation } from "./violation.ts";

/** A wait, with where it was written: an entry of `depends_on`, or a place in the arguments. */
type Wait = Arrow & { readonly step: LenientStep; readonly written: number | string };
type Needs = { waits: Wait[]; faults: References["faults"] };

const pathOfWait = (plan: LenientPlan, { step, written }: Wait): string =>
  typeof written === "number"
    ? pointerTo(plan.pathOf(step, "depends_on"), written)
    : `${plan.pathOf(step, "arguments")}${written}`;

/** The waits of a step, by `depends_on` and by `$from`, and their faults. */
const needsOf = (step: LenientStep): Needs => {
  const waits: Wait[] = [];
  for (const [index, to] of step.depends_on.entries())
    if (typeof to === "string") waits.push({ to, step, written: index });
  if (step.arguments === undefined) return { waits, faults: [] };
  const { sources, faults } = referencesIn(step.arguments);
  for (const { at, from } of sources) waits.push({ to: from, step, written: at });
  return { waits, faults };
};

/** In which plan a step stands: the last that has it. */
const homesOf = (plans: readonly LenientPlan[]): Map<string, string> =>
  new Map(
    plans.flatMap(({ stepsById, plan_id }) => [...stepsById.keys()].map((id) => [id, plan_id?.name ?? ""] as const)),
  );

const LONGEST_SHOWN = 8;
const drawn = (ids: readonly string[]): string => {
  const steps = ids.map(cutName);
  if (steps.length <= LONGEST_SHOWN) return steps.join(" -> ");
  const hidden = steps.length - LONGEST_SHOWN;
  return `${steps.slice(0, LONGEST_SHOWN - 1).join(" -> ")} -> (${hidden} more) -> ${steps.at(-1)}`;
};

const inPlan = (plan: LenientPlan, homeOf: (stepId: string) => string | undefined): Violation[] => {
  const known = plan.stepsById;
  const suggest = createSuggester(() => known.keys());
  const waitsOf = new Map<string, Wait[]>();
  const violations: Violation[] = [];
  for (const step of plan.steps) {
    const { waits, faults } = needsOf(step);
    for (const { at, message } of faults)
      violations.push({ path: `${plan.pathOf(step, "arguments")}${at}`, rule: "reference", message });
    for (const wait of waits) {
      if (known.has(wait.to)) continue;
      const home = homeOf(wait.to);
      const remedy = home
        ? `; it is a step of plan ${quoted(home)}, and steps wait only for steps of their own plan`
        : suggest(wait.to);
      violations.push({
        path: pathOfWait(plan, wait),
        rule: "unknown_step",
        message: `step ${quoted(wait.to)} is not in this plan${remedy || "; add it or leave it out"}`,
      });
    }
    if (step.step_id === undefined) continue;
    const waiting = waitsOf.get(step.step_id);
    if (waiting === undefined) waitsOf.set(step.step_id, waits);
    else waiting.push(...waits);
  }
  for (const { steps, closing } of findCycles(waitsOf)) {
    const message =
      steps.length === 2
        ? `step ${quoted(steps[0] ?? "")} waits for itself; name another step`
        : `steps wait for each other in a circle: ${drawn(steps)}; take one of these dependencies out`;
    violations.push({ path: pathOfWait(plan, closing), rule: "dependency_cycle", message });
  }
  return violations;
};

/** `depends_on` and `$from`: well formed, of a step in the same plan, and never in a circle. */
export const dependencyViolations = (plans: readonly LenientPlan[]): Violation[] => {
  let homes: ReadonlyMap<string, string> | undefined;
  const homeOf = (stepId: string): string | undefined => {
    homes ??= homesOf(plans);
    return homes.get(stepId);
  };
  return plans.flatMap((plan) => inPlan(plan, homeOf));
};
