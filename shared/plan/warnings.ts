import { DEFAULT_CONFIDENCE, type PlanStep, type ToolExecutionPlan } from "./tool-execution-plan.ts";

const MOST_NAMED = 5;
const listed = (steps: readonly PlanStep[]): string => {
  const names = steps.slice(0, MOST_NAMED).map(({ step_id }) => step_id);
  return steps.length > MOST_NAMED ? `${names.join(", ")} and ${steps.length - MOST_NAMED} more` : names.join(", ");
};

const assumedConfidence = ({ plan_id, steps }: ToolExecutionPlan): string[] => {
  const assumed = steps.filter((step) => step.confidence_source === "default");
  return assumed.length === 0
    ? []
    : [`plan ${plan_id}: no confidence is stated for ${listed(assumed)}; ${DEFAULT_CONFIDENCE} is assumed`];
};

const sharedArguments = ({ plan_id, source_form, steps }: ToolExecutionPlan): string[] => {
  if (source_form !== "phase21") return [];
  const byTool = new Map<string, number>();
  for (const { tool_name, arguments: args } of steps)
    if (Object.keys(args).length > 0) byTool.set(tool_name, (byTool.get(tool_name) ?? 0) + 1);
  return [...byTool]
    .filter(([, times]) => times > 1)
    .map(([tool, times]) => `plan ${plan_id}: the arguments of ${tool} hold for all its ${times} assignments`);
};

/** Accepted values that may not be as their author meant them. */
export const warningsOf = (plans: readonly ToolExecutionPlan[]): string[] =>
  plans.flatMap((plan) => [...assumedConfidence(plan), ...sharedArguments(plan)]);
