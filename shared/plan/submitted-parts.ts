import { isJsonObject, type JsonObject } from "./json.ts";
import { pointerTo } from "./json-pointer.ts";
import { unknownField } from "./suggestion.ts";
import type { Violation } from "./violation.ts";

export type SubmittedPlan = { form: "phase21" | "full"; raw: JsonObject; path: string };

export type SubmittedParts = {
  plans: SubmittedPlan[];
  /** As sent; undefined where the field is missing or null. Their place is `/validations` and `/config`. */
  validations: unknown;
  config: unknown;
  violations: Violation[];
};

const FIELDS = ["plans", "validations", "config"];

const formOf = (raw: unknown, path: string): SubmittedPlan | Violation => {
  if (!isJsonObject(raw))
    return { path, rule: "type", message: "must be a plan: an object with plan_id and steps or agent_assignments" };
  const [full, short] = [Object.hasOwn(raw, "steps"), Object.hasOwn(raw, "agent_assignments")];
  if (full && short)
    return { path, rule: "plan_form", message: "has steps and agent_assignments; send one form of the plan, not both" };
  if (full || short) return { form: full ? "full" : "phase21", raw, path };
  const message = "has neither steps (the full form) nor agent_assignments (the short form); a plan needs one of them";
  return { path, rule: "plan_form", message };
};

const withPlans = (
  candidates: readonly { raw: unknown; path: string }[],
  more: Partial<SubmittedParts> = {},
): SubmittedParts => {
  const parts: SubmittedParts = { plans: [], validations: undefined, config: undefined, violations: [], ...more };
  for (const { raw, path } of candidates) {
    const plan = formOf(raw, path);
    if ("form" in plan) parts.plans.push(plan);
    else parts.violations.push(plan);
  }
  return parts;
};

const plansIn = (plans: readonly unknown[], at: string) =>
  plans.map((raw, index) => ({ raw, path: pointerTo(at, index) }));

const nothingToRun = (path: string): Violation => ({
  path,
  rule: "no_plans",
  message: "holds no plan; send at least one",
});

const readSubmission = (body: JsonObject): SubmittedParts => {
  const violations = Object.keys(body)
    .filter((field) => !FIELDS.includes(field))
    .map((field) => ({
      path: pointerTo("", field),
      rule: "unknown_field",
      message: unknownField(field, FIELDS),
    }));
  const { plans, validations = undefined, config = undefined } = body;
  const rest = { validations: validations ?? undefined, config: config ?? undefined, violations };
  if (!Array.isArray(plans)) {
    const message = Object.hasOwn(body, "plans")
      ? "must be an array of plans"
      : 'is required: send {"plans": [...]}, one plan, or an array of plans';
    return withPlans([], { ...rest, violations: [...violations, { path: "/plans", rule: "required", message }] });
  }
  if (plans.length === 0) violations.push(nothingToRun("/plans"));
  return withPlans(plansIn(plans, "/plans"), rest);
};

/**
 * The parts of a body: `{plans, validations?, config?}`, or, for those who just have a plan, one plan or an array of
 * plans in either form. Violations point into the body as it was sent.
 */
export const submittedParts = (body: unknown): SubmittedParts => {
  if (Array.isArray(body))
    return withPlans(plansIn(body, ""), { violations: body.length === 0 ? [nothingToRun("")] : [] });
  if (!isJsonObject(body)) {
    const message = 'must be a JSON object: {"plans": [...], "validations": [...], "config": {...}}';
    return withPlans([], { violations: [{ path: "", rule: "type", message }] });
  }
  const isPlan =
    !Object.hasOwn(body, "plans") && (Object.hasOwn(body, "steps") || Object.hasOwn(body, "agent_assignments"));
  return isPlan ? withPlans([{ raw: body, path: "" }]) : readSubmission(body);
};
