import type { WorkingEdge, WorkingPlan, WorkingStep } from "./working-schedule.ts";

export type Dependencies = { edges: WorkingEdge[]; warnings: string[] };

/** First instance of every tool of the plan, for the lone later one. */
const firstInstances = (plan: WorkingPlan): Map<string, WorkingStep> => {
  const first = new Map<string, WorkingStep>();
  for (const step of plan.steps) if (!first.has(step.step.tool_name)) first.set(step.step.tool_name, step);
  return first;
};

/**
 * The edges a plan brings with it: `depends_on`, an agent's own order, and the tools its contracts depend on.
 * A contract dependency is met by the nearest instance that stands before the step; without one, by the first that
 * stands behind it (which is an ordering conflict). Where the plan has no instance at all there is nothing to wait
 * for: the plan is warned, since what the tool needs may have happened before the plan.
 */
export const dependencyEdges = (plan: WorkingPlan, find: (stepId: string) => WorkingStep): Dependencies => {
  const edges: WorkingEdge[] = [];
  const warnings = new Set<string>();
  let first: ReadonlyMap<string, WorkingStep> | undefined;
  const firstOf = (tool: string): WorkingStep | undefined => {
    first ??= firstInstances(plan);
    return first.get(tool);
  };
  const nearest = new Map<string, WorkingStep>();
  for (const after of plan.steps) {
    const { depends_on, runs_after, tool_name } = after.step;
    for (const id of depends_on) edges.push({ before: find(id), after, kind: "depends_on" });
    for (const id of runs_after) edges.push({ before: find(id), after, kind: "order" });
    for (const tool of after.contract.dependencies) {
      if (tool === tool_name) continue;
      const before = nearest.get(tool) ?? firstOf(tool);
      if (before === undefined)
        warnings.add(
          `${tool_name} depends on ${tool}, and no step of the plan calls it: check that it was done before`,
        );
      else if (!depends_on.includes(before.step.step_id)) edges.push({ before, after, kind: "contract" });
    }
    nearest.set(tool_name, after);
  }
  return { edges, warnings: [...warnings] };
};
