import { isBelow } from "../contracts/ceiling.ts";
import { type Dependency, type Limit, limitsBy } from "./rule-of-order.ts";
import {
  capStep,
  isLive,
  nameOf,
  type WorkingPlan,
  type WorkingSchedule,
  type WorkingStep,
} from "./working-schedule.ts";

const feeds = (dependency: WorkingStep, step: WorkingStep): boolean =>
  step.step.argument_sources.some(({ from }) => from === dependency.step.step_id);

/** In an order that respects every dependency, so that what stands ahead of a step is known before the step. */
const capDependents = (working: WorkingSchedule): void => {
  const handedOn = new Map<WorkingStep, Limit<WorkingStep>>();
  for (const step of working.order) {
    if (step.dependencies.length === 0) continue;
    const limits = limitsBy(
      step.dependencies.map((dependency): Dependency<WorkingStep> => {
        // An aborted dependency whose dependents go on was done elsewhere: what stands ahead of it was not.
        const done = dependency.aborted !== null;
        return {
          step: dependency,
          mode: done ? "LIVE" : dependency.ceiling.mode,
          writes: dependency.writes,
          refused: false,
          feeds: feeds(dependency, step),
          ahead: handedOn.get(dependency),
        };
      }),
    );
    if (limits.ahead !== undefined) handedOn.set(step, limits.ahead);
    if (step.aborted !== null || limits.own === undefined || !isBelow(limits.own.mode, step.ceiling.mode)) continue;
    const message = `depends on ${nameOf(limits.own.step)}, which goes no higher than ${limits.own.mode}`;
    capStep(working, step, { cause: "dependency", mode: limits.own.mode, message });
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
  const before = working.changes.live;
  for (const plan of working.plans) capLiveBudget(working, plan);
  if (working.changes.live !== before) capDependents(working);
};
