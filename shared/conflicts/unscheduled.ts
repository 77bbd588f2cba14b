import { ceilingOf } from "../contracts/ceiling.ts";
import { stepResources } from "../contracts/resources.ts";
import { approvalsRequired, needsApproval } from "../contracts/static-ceiling.ts";
import { type ToolContract, writes } from "../contracts/tool-contract.ts";
import type { ToolExecutionPlan } from "../plan/tool-execution-plan.ts";
import type { Schedule, ScheduledStep } from "./schedule.ts";

/**
 * The schedule that stands in where none could be made: every step as submitted, stopped before anything ran. An
 * execution that failed so early still ends with a record and artifacts.
 * @throws RangeError for a tool without a contract
 */
export const unscheduled = (
  plans: readonly ToolExecutionPlan[],
  contracts: ReadonlyMap<string, ToolContract>,
  why: string,
): Schedule => {
  const steps = plans.flatMap((plan) =>
    plan.steps.map((step): Omit<ScheduledStep, "rank"> => {
      const contract = contracts.get(step.tool_name);
      if (contract === undefined) throw new RangeError(`no contract for ${step.tool_name}`);
      return {
        ...step,
        acting_agent_id: step.agent_id,
        contract_version: contract.version,
        contract_hash: contract.content_hash,
        risk_level: contract.risk_level,
        writes: writes(contract),
        approval_needed: needsApproval(contract),
        approvals_required: approvalsRequired(contract),
        ceiling: ceilingOf([{ cause: "conflict", mode: "MOCK", message: why }]),
        aborted_by_conflict: null,
        not_before_seconds: 0,
        resources: stepResources(contract, step),
      };
    }),
  );
  return {
    plans: plans.map(({ steps: own, ...plan }) => ({
      ...plan,
      step_ids: own.map(({ step_id }) => step_id),
      aborted: null,
      warnings: [why],
    })),
    steps: steps.map((step, rank) => ({ ...step, rank })),
    edges: [],
    conflicts: [],
  };
};
