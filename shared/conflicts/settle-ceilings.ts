import { isBelow } from "../contracts/ceiling.ts";
import {
  capStep,
  isLive,
  nameOf,
  type WorkingPlan,
  type WorkingSchedule,
  type WorkingStep,
} from "./working-schedule.ts";

/** A writing dependency counts always, one that only reads where its output is used. */
const countsFor = (step: WorkingStep, dependency: WorkingStep): boolean =>
  dependency.writes || step.step.argument_sources.some(({ from }) => from === dependency.step.step_id);

const capDependents = (working: WorkingSchedule): void => {
  for (const step of working.order) {
    if (step.aborted !== null) continue;
    for (const dependency of step.dependencies) {
      const { mode } = dependency.ceiling;
      // An aborted dependency whose dependents go on was done elsewhere.
      if (dependency.aborted !== null || !isBelow(mode, step.ceiling.mode) || !countsFor(step, dependency)) continue;
      const message = `depends on ${nameOf(dependency)}, which goes no higher than ${mode}`;
      capStep(working, step, { cause: "dependency", mode, message });
    }
  }
};

const capLiveBudget = (working: WorkingSchedule, plan: WorkingPlan): void => {
  const allowed = working.input.config.max_live_escalations;
  const writing = plan.steps.filter((step) => step.writes && isLive(step));
  if (writing.length <= allowed) return;
  const message = `${writing.length} steps of plan ${plan.head.plan_id} would write, more than the ${allowed} that max_live_escalations allows`;
  plan.warnings.push(`${message}: all of them end in DRY_RUN`);
  for (const step of writing) capStep(working, step, { cause: "live_budget", mode: "DRY_RUN", message });
};

/**
 * Lowers ceilings by what other steps have: no step goes higher than what it depends on, and a plan whose writing
 * steps exceed the live budget writes nothing. Run before rules that look at LIVE steps only; linear in steps and edges.
 */
export const settleCeilings = (working: WorkingSchedule): void => {
  capDependents(working);
  for (const plan of working.plans) capLiveBudget(working, plan);
  capDependents(working);
};
