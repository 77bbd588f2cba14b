import { inQuotes } from "../../shared/shown/untrusted.ts";
import { moment, plural } from "../../shared/shown/words.ts";
import type { Paint } from "../context.ts";
import { type Filter, hint } from "../hints.ts";
import type { Conflict, Execution, ExecutionPage, RollbackPreview, Step } from "../replies/executions.ts";
import { caller, type Look } from "./approval.ts";
import { painted, painterFor, unreadableLines, word } from "./labels.ts";
import { table } from "./table.ts";

/** How a step stands, in a few words: its state, and how it ended where that says more, or that no service answered it. */
export const standing = ({
  state,
  phase,
  ending,
  made_up,
}: Pick<Step, "state" | "phase" | "ending" | "made_up">): string => {
  if (made_up && ending === "live") return `${state} (made up)`;
  if (ending !== null && ending !== "live") return `${state} (${ending.replaceAll("_", " ")})`;
  if (phase === "open" || phase === "finished") return state;
  return `${state} (${phase.replaceAll("_", " ")})`;
};

const agentOf = ({ agent_id, acting_agent_id }: Step): string =>
  agent_id === acting_agent_id ? agent_id : `${agent_id} → ${acting_agent_id}`;

const stepTable = (steps: readonly Step[], { paint, columns }: Look): string[] =>
  table(
    [
      { head: "STEP", shrink_to: 12 },
      { head: "TOOL", shrink_to: 12 },
      { head: "RISK" },
      { head: "AGENT", shrink_to: 8 },
      { head: "STATE", shrink_to: 20 },
      { head: "WHY", shrink_to: 16 },
    ],
    steps.map((step) => [
      step.step_id,
      step.tool_name,
      word(paint, step.risk_level),
      agentOf(step),
      { text: standing(step), paint: painterFor(paint, step.state) },
      step.reason ?? "",
    ]),
    { width: columns - 2, paintHead: paint.dim },
  ).map((line) => `  ${line}`);

export const conflictLines = (conflicts: readonly Conflict[], paint: Paint): string[] =>
  conflicts.map(
    ({ conflict_type, resolution_strategy, resolution_status, finding, resolution }) =>
      `  ${paint.yellow(conflict_type)} ${paint.bold(resolution_strategy)}${resolution_status === "resolved" ? "" : ` (${resolution_status})`}: ${finding}; ${resolution}`,
  );

/** One execution: its plans with their steps, its conflicts, what it waits for. */
export const executionLines = (execution: Execution, look: Look): string[] => {
  const { paint } = look;
  const { plans, steps, conflicts, more_conflicts, open_approvals } = execution;
  const known = new Set(plans.map(({ plan_id }) => plan_id));
  return [
    `${paint.bold(execution.execution_id)}  ${painted(paint, execution.status)}  ${plural(execution.step_count, "step")} of ${plural(execution.plan_ids.length, "plan")}, ${execution.finished_steps} finished`,
    `  submitted by ${caller(look, execution.submitted_by)} at ${moment(execution.submitted_at)}${execution.ended_at === null ? "" : `, ended at ${moment(execution.ended_at)}`}`,
    ...execution.warnings.map((warning) => `  ${paint.yellow("note:")} ${warning}`),
    ...plans.flatMap((plan) => [
      "",
      `${paint.bold(plan.plan_id)}${plan.goal === null ? "" : `  ${inQuotes(plan.goal.text)}`}`,
      ...(plan.aborted === null ? [] : [`  ${paint.red("aborted:")} ${plan.aborted}`]),
      ...plan.warnings.map((warning) => `  ${paint.yellow("note:")} ${warning}`),
      ...stepTable(
        steps.filter(({ plan_id }) => plan_id === plan.plan_id),
        look,
      ),
    ]),
    ...stepTableOfOthers(
      steps.filter(({ plan_id }) => !known.has(plan_id)),
      look,
    ),
    ...(conflicts.length === 0 ? [] : ["", paint.bold("Conflicts"), ...conflictLines(conflicts, paint)]),
    ...(more_conflicts > 0 ? [`  and ${more_conflicts} more in the artifact tool_conflicts.json`] : []),
    ...(open_approvals === 0
      ? []
      : ["", `${plural(open_approvals, "request")} open: ${hint.requestsOf(execution.execution_id)}`]),
  ];
};

const stepTableOfOthers = (steps: readonly Step[], look: Look): string[] =>
  steps.length === 0 ? [] : ["", ...stepTable(steps, look)];

const isFiltered = ({ limit: _limit, ...search }: Filter): boolean =>
  Object.values(search).some((value) => value !== undefined);

export const executionListLines = (
  { items, next, unreadable = [] }: ExecutionPage,
  filter: Filter,
  look: Look,
): string[] =>
  items.length === 0 && unreadable.length === 0 && next === null
    ? [isFiltered(filter) ? "No execution fits." : `No executions yet. Submit one: ${hint.runExample()}`]
    : [
        ...table(
          [
            { head: "EXECUTION" },
            { head: "STATUS" },
            { head: "STEPS", align: "right" },
            { head: "BY", shrink_to: 6 },
            { head: "SUBMITTED" },
            { head: "PLANS", shrink_to: 12 },
          ],
          items.map((item) => [
            item.execution_id,
            word(look.paint, item.status),
            String(item.step_count),
            caller(look, item.submitted_by),
            moment(item.submitted_at),
            item.plan_ids.join(", "),
          ]),
          { width: look.columns, paintHead: look.paint.dim },
        ),
        ...unreadableLines(unreadable, "execution"),
        ...(next === null ? [] : [look.paint.dim(`There are more: ${hint.moreExecutions(filter, next)}`)]),
      ];

/** States with their counts, in the order of the ladder. */
export const stateCounts = (steps: readonly Step[], paint: Paint): string => {
  const counts = new Map<string, number>();
  for (const { state } of steps) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].map(([state, count]) => `${count} ${painted(paint, state)}`).join(", ");
};

/** The calls that stand, each with a roll back's answer, the last call first. */
export const rollbackPreviewLines = ({ steps, more_steps }: RollbackPreview): string[] =>
  steps.length === 0
    ? ["Nothing stands that could be undone."]
    : [
        ...table(
          [{ head: "LAYER", align: "right" }, { head: "WOULD" }, { head: "STEP" }, { head: "TOOL" }, { head: "WHY" }],
          steps.map((step) => [String(step.layer), step.would, step.step_id, step.tool_name, step.why]),
          { width: Number.POSITIVE_INFINITY, paintHead: (text) => text },
        ),
        ...(more_steps === 0 ? [] : [`and ${plural(more_steps, "more call")}`]),
      ];
