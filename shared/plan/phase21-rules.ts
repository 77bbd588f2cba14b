import { isJsonObject } from "./json.ts";
import { pointerTo } from "./json-pointer.ts";
import { assignmentsIn, type LenientPlan } from "./lenient-parse.ts";
import { createSuggester, quoted } from "./suggestion.ts";
import type { Violation } from "./violation.ts";

const countsOf = (names: readonly string[]): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
};

const orderViolations = (plan: LenientPlan, assigned: ReadonlyMap<string, number>): Violation[] => {
  const { execution_order: order } = plan.raw;
  if (!Array.isArray(order)) return [];
  const at = pointerTo(plan.path, "execution_order");
  const suggest = createSuggester(() => assigned.keys());
  const mentioned = new Map<string, number>();
  return order.flatMap((tool, index): Violation[] => {
    if (typeof tool !== "string") return [];
    const [path, times] = [pointerTo(at, index), assigned.get(tool) ?? 0];
    const nth = (mentioned.get(tool) ?? 0) + 1;
    mentioned.set(tool, nth);
    if (nth <= times) return [];
    const message =
      times === 0
        ? `tool ${quoted(tool)} is assigned to no agent${suggest(tool) || "; assign it in agent_assignments or leave it out"}`
        : `mention ${nth} of tool ${quoted(tool)}, which is assigned ${times === 1 ? "once" : `${times} times`}; assign it again or mention it less often`;
    return [{ path, rule: times === 0 ? "unassigned_tool" : "too_many_mentions", message }];
  });
};

const keyViolations = (
  plan: LenientPlan,
  field: "confidence_scores" | "tool_arguments" | "agent_permissions",
  known: ReadonlySet<string>,
  rule: string,
  remedy: (name: string) => string,
): Violation[] => {
  const holder = plan.raw[field];
  if (!isJsonObject(holder)) return [];
  const suggest = createSuggester(() => known);
  return Object.keys(holder).flatMap((name) =>
    known.has(name)
      ? []
      : [
          {
            path: pointerTo(pointerTo(plan.path, field), name),
            rule,
            message: `${quoted(name)} ${suggest(name) || remedy(name)}`,
          },
        ],
  );
};

/** Faults of the short form alone: names in one of its parts that no assignment backs. */
export const phase21Violations = (plan: LenientPlan): Violation[] => {
  if (plan.form !== "phase21") return [];
  const assignments = assignmentsIn(plan.raw, plan.path);
  const assigned = countsOf(assignments.flatMap(({ tools }) => tools.map(({ name }) => name)));
  const tools = new Set(assigned.keys());
  const agents = new Set(assignments.map(({ agent }) => agent.name));
  const noTool = () => "is assigned to no agent; assign it in agent_assignments or leave it out";
  const noAgent = () => "is not in agent_assignments; list it there, with [] if it only stands by";
  const noSteps =
    isJsonObject(plan.raw.agent_assignments) && plan.steps.length === 0
      ? [
          {
            path: pointerTo(plan.path, "agent_assignments"),
            rule: "no_steps",
            message: "assigns no tool; a plan needs at least one step",
          },
        ]
      : [];
  return [
    ...noSteps,
    ...orderViolations(plan, assigned),
    ...keyViolations(plan, "confidence_scores", tools, "unassigned_tool", noTool),
    ...keyViolations(plan, "tool_arguments", tools, "unassigned_tool", noTool),
    ...keyViolations(plan, "agent_permissions", agents, "unlisted_agent", noAgent),
  ];
};
