import type { Schedule } from "../conflicts/schedule.ts";
import type { ExecutionOutcome, PlanOutcome, StepOutcome } from "../execution/step-outcome.ts";
import { compareText, countWords } from "./counts.ts";
import { tallyApprovals, tallyDecisions } from "./tally-approvals.ts";
import { tallyConflicts } from "./tally-conflicts.ts";
import { emptyToolTally, type Tally, type ToolTally } from "./tally-schema.ts";
import { millionths, tallySteps } from "./tally-steps.ts";

/** The tally of one execution. An execution with a failed plan counts as failed, any other as completed. */
export const tallyOf = (outcome: ExecutionOutcome, schedule: Schedule): Tally => {
  const steps = outcome.plans.flatMap((plan) => plan.steps);
  const byId = new Map(steps.map((step) => [step.step_id, step]));
  const failed = outcome.plans.some((plan) => plan.status === "failed") ? 1 : 0;
  return {
    executions: { completed: 1 - failed, failed },
    plans: tallyPlans(outcome.plans),
    steps: sumSteps(steps),
    conflicts: tallyConflicts(schedule, byId),
    writes: sumWrites(steps),
    rollbacks: outcome.rollbacks.length,
    approvals: tallyApprovals(outcome.approvals),
    tools: tallyTools(outcome, steps, byId),
  };
};

const tallyPlans = (plans: readonly PlanOutcome[]): Tally["plans"] => {
  const count = (status: PlanOutcome["status"]): number => plans.filter((plan) => plan.status === status).length;
  return { successful: count("successful"), incomplete: count("incomplete"), failed: count("failed") };
};

const sumSteps = (steps: readonly StepOutcome[]): Tally["steps"] => {
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

const sumWrites = (steps: readonly StepOutcome[]): Tally["writes"] => {
  const committed = steps.filter((step) => step.writes && step.committed);
  return { committed: committed.length, compensated: committed.filter((step) => step.compensated).length };
};

const tallyTools = (
  outcome: ExecutionOutcome,
  steps: readonly StepOutcome[],
  byId: ReadonlyMap<string, StepOutcome>,
): Record<string, ToolTally> => {
  const tools = tallySteps(steps);
  for (const [tool_name, decided] of tallyDecisions(outcome.approvals, byId)) {
    tools.set(tool_name, { ...(tools.get(tool_name) ?? emptyToolTally), ...decided });
  }
  return Object.fromEntries([...tools].sort(([one], [other]) => compareText(one, other)));
};
