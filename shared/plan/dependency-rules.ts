import { type Arrow, findCycles } from "./cycles.ts";
import type { LenientPlan, LenientStep } from "./lenient-parse.ts";
import { referencesIn } from "./references.ts";
import { createSuggester, cutName, quoted } from "./suggestion.ts";
import type { Violation } from "./violation.ts";

type Needs = { arrows: Arrow[]; faults: Violation[] };

/** The waits of a step, by `depends_on` and by `$from`, and their faults. */
const needsOf = (step: LenientStep): Needs => {
  const arrows = step.depends_on.map(({ name, path }) => ({ to: name, path }));
  if (step.arguments === undefined) return { arrows, faults: [] };
  const { value, path } = step.arguments;
  const { sources, faults } = referencesIn(value);
  return {
    arrows: [...arrows, ...sources.map(({ at, from }) => ({ to: from, path: `${path}${at}` }))],
    faults: faults.map(({ at, message }) => ({ path: `${path}${at}`, rule: "reference", message })),
  };
};

/** In which plan a step stands, for steps that one plan alone has. */
const homesOf = (plans: readonly LenientPlan[]): Map<string, string> =>
  new Map(
    plans.flatMap(({ steps, plan_id }) => steps.map(({ step_id }) => [step_id?.name ?? "", plan_id?.name ?? ""])),
  );

const LONGEST_SHOWN = 8;
const drawn = (ids: readonly string[]): string => {
  const steps = ids.map(cutName);
  if (steps.length <= LONGEST_SHOWN) return steps.join(" -> ");
  const hidden = steps.length - LONGEST_SHOWN;
  return `${steps.slice(0, LONGEST_SHOWN - 1).join(" -> ")} -> (${hidden} more) -> ${steps.at(-1)}`;
};

const inPlan = (plan: LenientPlan, homes: ReadonlyMap<string, string>): Violation[] => {
  const known = new Set(plan.steps.flatMap(({ step_id }) => step_id?.name ?? []));
  const suggest = createSuggester(() => known);
  const waits = new Map<string, Arrow[]>();
  const violations: Violation[] = [];
  for (const step of plan.steps) {
    const { arrows, faults } = needsOf(step);
    violations.push(...faults);
    for (const { to, path } of arrows) {
      if (known.has(to)) continue;
      const home = homes.get(to);
      const remedy = home
        ? `; it is a step of plan ${quoted(home)}, and steps wait only for steps of their own plan`
        : suggest(to);
      violations.push({
        path,
        rule: "unknown_step",
        message: `step ${quoted(to)} is not in this plan${remedy || "; add it or leave it out"}`,
      });
    }
    if (step.step_id === undefined) continue;
    const waiting = waits.get(step.step_id.name);
    if (waiting === undefined) waits.set(step.step_id.name, arrows);
    else waiting.push(...arrows);
  }
  for (const { steps, path } of findCycles(waits)) {
    const message =
      steps.length === 2
        ? `step ${quoted(steps[0] ?? "")} waits for itself; name another step`
        : `steps wait for each other in a circle: ${drawn(steps)}; take one of these dependencies out`;
    violations.push({ path, rule: "dependency_cycle", message });
  }
  return violations;
};

/** `depends_on` and `$from`: well formed, of a step in the same plan, and never in a circle. */
export const dependencyViolations = (plans: readonly LenientPlan[]): Violation[] => {
  const homes = homesOf(plans);
  return plans.flatMap((plan) => inPlan(plan, homes));
};
