import { isStillOpen } from "../../../shared/execution/approval/expiry.ts";
import { settledConflicts } from "../../../shared/execution/record/settled-conflicts.ts";
import type { StepRecord } from "../../../shared/execution/record/step-record.ts";
import { stepsGoingOn } from "../../../shared/execution/view/going-on.ts";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Deps } from "../../deps.ts";
import { loadExecution } from "../../records/documents.ts";
import { withReadable } from "../../records/readable-only.ts";
import { standingOf } from "../../records/run-life-cycle.ts";
import { notFound } from "../http/problems.ts";
import { type ExecutionDetail, MAX_CONFLICTS_SHOWN, type PlanView, type Problem } from "../schemas.ts";
import { ceilingsOf, loadShown, type ShownExecution, type ShownStep, viewOfStep } from "./load-view.ts";
import { rankAfter, rankMark } from "./rank-mark.ts";
import { countStates, summaryOf, untrusted } from "./summaries.ts";

type Using = Pick<Deps, "clock" | "executions" | "steps" | "bodies" | "settings" | "approvals" | "locks" | "ledger">;

/** One execution with its plans, conflicts and a page of its steps. @throws InvalidPageToken */
export const showExecution =
  (deps: Using) =>
  async (
    execution_id: string,
    page: { readonly steps_limit: number; readonly next?: string | undefined },
  ): Promise<Result<ExecutionDetail, Problem>> => {
    const loaded = await withReadable(
      deps,
      () => loadExecution(deps, execution_id),
      (ports) => load(ports, execution_id),
    );
    if (loaded === undefined) return refuse(notFound(`execution ${execution_id}`));
    const { shown, ceilings, approvals } = loaded;
    const now = deps.clock.now().toISOString();
    const from = rankAfter(page.next);
    const steps = shown.steps.slice(from, from + page.steps_limit);
    const records = shown.steps.map(({ step }) => shown.recordOf(step));
    const known = new Map(records.map((record) => [record.step_id, record]));
    const ordered = shown.ordered && settledConflicts(shown.ordered.schedule, (step_id) => known.get(step_id));
    const conflicts = ordered?.conflicts ?? [];
    return accept({
      ...summaryOf(shown.execution),
      config: shown.execution.config,
      scheduled: shown.ordered !== null,
      warnings: shown.submission.warnings,
      plans: plansOf(shown),
      states: countStates(records.map(({ state }) => state)),
      finished_steps: records.filter(({ phase }) => phase === "finished").length,
      going_on: goingOn(shown, records),
      open_approvals: approvals.filter((request) => isStillOpen(request, now)).length,
      conflicts: conflicts.slice(0, MAX_CONFLICTS_SHOWN),
      more_conflicts: Math.max(0, conflicts.length - MAX_CONFLICTS_SHOWN),
      steps: steps.map((each) => viewOfStep(shown, each, ceilings.get(each.step.step_id))),
      next: from + steps.length < shown.steps.length ? rankMark(from + steps.length) : null,
    });
  };

const load = async (deps: Using, execution_id: string) => {
  const shown = await loadShown(deps, execution_id);
  if (shown === undefined) return undefined;
  const [ceilings, approvals] = await Promise.all([ceilingsOf(deps, shown), deps.approvals.ofExecution(execution_id)]);
  return { shown, ceilings, approvals };
};

const goingOn = ({ execution, ordered, recordOf }: ShownExecution, records: readonly StepRecord[]): number => {
  if (standingOf(execution) !== "RUNNING") return 0;
  // Until conflicts are resolved nobody is asked anything.
  if (ordered === null) return records.length;
  return stepsGoingOn(ordered.schedule, (step_id) => recordOf(ordered.index.step(step_id)));
};

const plansOf = (shown: ShownExecution): PlanView[] => {
  const byPlan = Map.groupBy(shown.steps, ({ step }) => step.plan_id);
  const scheduled = new Map(shown.ordered?.schedule.plans.map((plan) => [plan.plan_id, plan]));
  return shown.submission.plans.map((plan) => {
    const records = (byPlan.get(plan.plan_id) ?? []).map(({ step }) => shown.recordOf(step));
    return {
      plan_id: plan.plan_id,
      source_form: plan.source_form,
      goal: untrusted(plan.goal),
      deadline_seconds: plan.deadline_seconds,
      agents: plan.agents,
      validation: plan.validation,
      step_count: plan.steps.length,
      states: countStates(records.map(({ state }) => state)),
      finished_steps: records.filter(({ phase }) => phase === "finished").length,
      aborted: scheduled.get(plan.plan_id)?.aborted ?? null,
      warnings: [...(scheduled.get(plan.plan_id)?.warnings ?? []), ...madeUp(byPlan.get(plan.plan_id) ?? [], shown)],
    };
  });
};

const MOST_NAMED = 5;

/**
 * A step that got further than MOCK, which is simulated anyway, and that no service answered, or that took over what none
 * did: its success is no real call's.
 */
const madeUp = (steps: readonly ShownStep[], { recordOf }: ShownExecution): string[] => {
  const answered = steps.filter(({ step }) => {
    const record = recordOf(step);
    return record.made_up === true && (record.dry_run_output ?? record.live_output) !== null;
  });
  const tools = [...new Set(answered.map(({ step }) => step.tool_name))];
  const named = tools.slice(0, MOST_NAMED).join(", ");
  const more = tools.length > MOST_NAMED ? ` and ${tools.length - MOST_NAMED} more` : "";
  return tools.length === 0 ? [] : [`no service answered ${named}${more}: the sandbox made the results up`];
};
