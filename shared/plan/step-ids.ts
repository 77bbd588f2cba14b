import { shortName } from "./given-names.ts";
import type { LenientPlan, LenientStep } from "./lenient-parse.ts";
import { quoted } from "./suggestion.ts";
import type { Violation } from "./violation.ts";

/** Step ids of the full form that stand in more than one plan. */
const repeatedIds = (plans: readonly LenientPlan[]): ReadonlySet<string> => {
  const seen = new Set<string>();
  const repeated = new Set<string>();
  for (const plan of plans) {
    if (plan.form !== "full") continue;
    for (const id of plan.stepsById.keys()) (seen.has(id) ? repeated : seen).add(id);
  }
  return repeated;
};

export type StepIds = {
  /** The execution-wide id of a step by its plan and its id as written. */
  finalId: (plan: { plan_id: string; form: "phase21" | "full" }, sourceId: string) => string;
  violations: Violation[];
};

/**
 * Gives every step an id that is unique in its execution: the plan's own where it is, `<plan_id>.<step_id>` where two
 * plans use one id, and always `<plan_id>.<tool>` in the short form, which has no step ids of its own; each as its short
 * name where it is long or holds what keys and addresses take for their own.
 */
export const assignStepIds = (plans: readonly LenientPlan[]): StepIds => {
  const repeated = repeatedIds(plans);
  const finalId: StepIds["finalId"] = ({ plan_id, form }, sourceId) =>
    shortName(form === "phase21" || repeated.has(sourceId) ? `${plan_id}.${sourceId}` : sourceId);
  const taken = new Map<string, { plan: LenientPlan; step: LenientStep }>();
  const violations: Violation[] = [];
  for (const plan of plans) {
    if (plan.plan_id === undefined) continue;
    const named = { plan_id: plan.plan_id.name, form: plan.form };
    // The same id twice in one plan, or one plan twice, are the rules duplicate_step_id and duplicate_plan_id.
    for (const [source, step] of plan.stepsById) {
      const id = finalId(named, source);
      const owner = taken.get(id);
      if (owner === undefined) taken.set(id, { plan, step });
      if (owner === undefined || (owner.plan.plan_id?.name === named.plan_id && owner.step.step_id === source))
        continue;
      const before = owner.plan.pathOf(owner.step, "step_id");
      const message = `becomes ${quoted(id)} in its execution, as the step at ${before} does; rename one of them`;
      violations.push({ path: plan.pathOf(step, "step_id"), rule: "ambiguous_step_id", message });
    }
  }
  return { finalId, violations };
};
