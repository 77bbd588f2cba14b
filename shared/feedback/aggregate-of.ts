import type { Schedule } from "../conflicts/schedule.ts";
import type { ExecutionOutcome, PlanOutcome } from "../execution/outcome/execution-outcome.ts";
import type { StepOutcome } from "../execution/outcome/step-outcome.ts";
import { aggregateAgents } from "./aggregate-agents.ts";
import { aggregateApprovals, aggregateDecisions } from "./aggregate-approvals.ts";
import { aggregateConflicts } from "./aggregate-conflicts.ts";
import { type Aggregate, emptyToolAggregate, type ToolAggregate } from "./aggregate-schema.ts";
import { aggregateSteps, millionths } from "./aggregate-steps.ts";
import { compareText, countWords } from "./counts.ts";

/** The aggregate of one execution. An execution with a failed plan counts as failed, any other as completed. */
export const aggregateOf = (outcome: ExecutionOutcome, schedule: Schedule): Aggregate => {
  const steps = outcome.plans.flatMap((plan) => plan.steps);
  const byId = new Map(steps.map((step) => [step.step_id, step]));
  const failed = outcome.plans.some((plan) => plan.status === "failed") ? 1 : 0;
  return {
    executions: { completed: 1 - failed, failed },
    plans: aggregatePlans(outcome.plans),
    steps: sumSteps(steps),
    conflicts: aggregateConflicts(schedule, byId),
    writes: sumWrites(steps),
    rollbacks: outcome.rollbacks.length,
    approvals: aggregateApprovals(outcome.approvals),
    tools: aggregateTools(outcome, steps, byId),
    agents: aggregateAgents(steps),
    unread: [],
  };
};

const aggregatePlans = (plans: readonly PlanOutcome[]): Aggregate["plans"] => {
  const count = (status: PlanOutcome["status"]): number => plans.filter((plan) => plan.status === status).length;
  return { successful: count("successful"), incomplete: count("incomplete"), failed: count("failed") };
};

const sumSteps = (steps: readonly StepOutcome[]): Aggregate["steps"] => {
  const ran = steps.filter((step) => step.rungs.length > 0);
  return {
    total: steps.length,
    by_status: countWords(steps.map((step) => step.status)),
    by_mode: countWords(steps.map((step) => step.mode_reached)),
    confidence_millionths: steps.reduce((sum, step) => sum + millionths(step.confidence), 0),
    ran: ran.length,
    duration_ms: ran.reduce((sum, step) => sum + Math.round(step.duration_ms), 0),
  };
};

/** A write that the sandbox made up changed nothing: that it was not undone is no evidence. */
const sumWrites = (steps: readonly StepOutcome[]): Aggregate["writes"] => {
  const committed = steps.filter((step) => step.writes && step.committed && step.made_up !== true);
  return { committed: committed.length, compensated: committed.filter((step) => step.compensated).length };
};

const aggregateTools = (
  outcome: ExecutionOutcome,
  steps: readonly StepOutcome[],
  byId: ReadonlyMap<string, StepOutcome>,
): Record<string, ToolAggregate> => {
  const tools = aggregateSteps(steps);
  for (const [tool_name, decided] of aggregateDecisions(outcome.approvals, byId)) {
    tools.set(tool_name, { ...(tools.get(tool_name) ?? emptyToolAggregate), ...decided });
  }
  return Object.fromEntries([...tools].sort(([one], [other]) => compareText(one, other)));
};
