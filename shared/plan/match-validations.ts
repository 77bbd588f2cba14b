import { pointerTo } from "./json-pointer.ts";
import type { Named } from "./lenient-parse.ts";
import { schemaViolations } from "./schema-violations.ts";
import { type Phase22Validation, phase22Validation } from "./submission-schema.ts";
import { createSuggester, quoted } from "./suggestion.ts";
import type { PlanValidation } from "./tool-execution-plan.ts";
import type { Violation } from "./violation.ts";

export type MatchedValidations = {
  /** By plan_id. */
  byPlan: ReadonlyMap<string, PlanValidation>;
  violations: Violation[];
};

const AT = "/validations";

const refused = (violations: Violation[]): MatchedValidations => ({ byPlan: new Map(), violations });

const verdict = ({ validation_id, status, metric_targets }: Phase22Validation): PlanValidation => ({
  validation_id,
  status,
  failed_targets: Object.entries(metric_targets ?? {})
    .filter(([, target]) => target.status === "failed")
    .map(([name]) => name)
    .sort(),
});

const byPosition = (
  validations: readonly Phase22Validation[],
  plans: readonly (Named | undefined)[],
): MatchedValidations => {
  if (validations.length !== plans.length) {
    const counts = `${validations.length} validations for ${plans.length} plans`;
    const message = `none names a plan, and there are ${counts}, so they cannot be matched; give each its plan_id`;
    return refused([{ path: AT, rule: "validations_unmatched", message }]);
  }
  const pairs = validations.map((validation, index): [string, PlanValidation] => [
    plans[index]?.name ?? "",
    verdict(validation),
  ]);
  return { byPlan: new Map(pairs), violations: [] };
};

const byName = (
  validations: readonly Phase22Validation[],
  plans: readonly (Named | undefined)[],
): MatchedValidations => {
  const known = new Set(plans.flatMap((plan) => plan?.name ?? []));
  const suggest = createSuggester(() => known);
  const byPlan = new Map<string, PlanValidation>();
  const violations = validations.flatMap((validation, index): Violation[] => {
    const path = pointerTo(AT, index);
    const { plan_id } = validation;
    if (plan_id === undefined || plan_id === null) {
      const message = "names no plan while others do; give it its plan_id";
      return [{ path, rule: "validations_unmatched", message }];
    }
    const at = pointerTo(path, "plan_id");
    if (!known.has(plan_id)) {
      const message = `plan ${quoted(plan_id)} is not in this submission${suggest(plan_id) || "; send it along or leave its validation out"}`;
      return [{ path: at, rule: "unknown_plan", message }];
    }
    if (byPlan.has(plan_id)) {
      const message = `plan ${quoted(plan_id)} has a validation already; send one for each plan`;
      return [{ path: at, rule: "duplicate_validation", message }];
    }
    byPlan.set(plan_id, verdict(validation));
    return [];
  });
  return { byPlan, violations };
};

/**
 * Matches Phase 22's validations to plans: by plan_id; by position only if none names a plan and the counts match.
 * Anything else is refused: a validation must never speak for a plan it was not made for.
 */
export const matchValidations = (submitted: unknown, plans: readonly (Named | undefined)[]): MatchedValidations => {
  if (submitted === undefined) return { byPlan: new Map(), violations: [] };
  const list = phase22Validation.array();
  const parsed = list.safeParse(submitted, { reportInput: true });
  if (!parsed.success) return refused(schemaViolations(parsed.error, list, AT));
  if (parsed.data.length === 0) return { byPlan: new Map(), violations: [] };
  const named = parsed.data.some(({ plan_id }) => plan_id !== undefined && plan_id !== null);
  return named ? byName(parsed.data, plans) : byPosition(parsed.data, plans);
};
