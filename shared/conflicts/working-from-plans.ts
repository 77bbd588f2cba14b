import { resourcesOf } from "../contracts/resources.ts";
import { approvalsRequired, needsApproval, staticCeiling } from "../contracts/static-ceiling.ts";
import { isDuplicateSensitive, type ToolContract, writes } from "../contracts/tool-contract.ts";
import type { PlanStep, ToolExecutionPlan } from "../plan/tool-execution-plan.ts";
import { comparableCall, knownArguments } from "./call-digest.ts";
import { type ConflictInput, contractOf } from "./conflict-input.ts";
import { dependencyEdges } from "./dependency-edges.ts";
import { planOrder } from "./plan-order.ts";
import { isDependency } from "./rule-of-order.ts";
import type { WorkingEdge, WorkingPlan, WorkingSchedule, WorkingStep } from "./working-schedule.ts";

/** The part of a step that an approver's edit can change, and everything that follows from its contract alone. */
export const touchedBy = (contract: ToolContract, step: PlanStep): WorkingStep["resources"] =>
  contract.resources.length === 0 ? [] : resourcesOf(contract, knownArguments(step), step.argument_sources);

const freshStep = (
  input: ConflictInput,
  plan: WorkingPlan,
  source: ToolExecutionPlan,
  step: PlanStep,
  index: number,
) => {
  const contract = contractOf(input, step.tool_name);
  const { config, live_enabled } = input;
  const fresh: WorkingStep = {
    index,
    plan,
    step,
    contract,
    writes: writes(contract),
    resources: touchedBy(contract, step),
    call: isDuplicateSensitive(contract) ? comparableCall(input, step) : null,
    dependencies: [],
    dependents: [],
    acting_agent_id: step.agent_id,
    approval_needed: needsApproval(contract),
    approvals_required: approvalsRequired(contract),
    ceiling: staticCeiling({ step, contract, plan: source, config, live_enabled }),
    aborted: null,
    done_elsewhere: false,
    not_before_seconds: 0,
    place: index,
    turn: index,
  };
  return fresh;
};

/** Finds a step by its execution-wide id. Throws for an id that no step has. */
export const finderOf = (steps: readonly WorkingStep[]): ((stepId: string) => WorkingStep) => {
  const byId = new Map<string, WorkingStep>();
  for (const step of steps) byId.set(step.step.step_id, step);
  return (stepId) => {
    const found = byId.get(stepId);
    if (found === undefined) throw new RangeError(`no step has the id ${stepId}`);
    return found;
  };
};

/** Lets each step know what it depends on and what depends on it. */
export const linkDependencies = (edges: readonly WorkingEdge[]): void => {
  for (const edge of edges) {
    if (!isDependency(edge)) continue;
    edge.after.dependencies.push(edge.before);
    edge.before.dependents.push(edge.after);
  }
};

/** The schedule as the plans alone make it: their own edges, static ceilings, everything in the place it was given. */
export const workingFromPlans = (input: ConflictInput): WorkingSchedule => {
  const steps: WorkingStep[] = [];
  const plans = input.plans.map((source): WorkingPlan => {
    const { steps: planSteps, ...head } = source;
    const plan: WorkingPlan = { head, steps: [], edges: [], aborted: null, warnings: [], permissions: new Map() };
    for (const step of planSteps.toSorted((a, b) => a.position - b.position)) {
      const fresh = freshStep(input, plan, source, step, steps.length);
      plan.steps.push(fresh);
      steps.push(fresh);
    }
    return plan;
  });
  const find = finderOf(steps);
  const order: WorkingStep[] = [];
  for (const plan of plans) {
    const own = dependencyEdges(plan, find);
    plan.warnings.push(...own.warnings);
    plan.edges = own.edges;
    linkDependencies(own.edges);
    for (const step of planOrder(plan, own.edges).order) {
      step.turn = order.length;
      order.push(step);
    }
  }
  return {
    input,
    plans,
    steps,
    order,
    waits: [],
    waiting: { delay: new Set(), twin: new Set() },
    conflicts: new Map(),
    known: new Set(),
    edited: null,
    changes: { live: 0, edges: 0, times: 0 },
  };
};
