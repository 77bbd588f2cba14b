import { effectivePermissions, missingPermissions } from "../contracts/permissions.ts";
import { isSamePerson } from "../plan/same-person.ts";
import type { ConflictDraft, ConflictRule } from "./conflict-rule.ts";
import {
  abortStep,
  nameOf,
  requireApproval,
  type WorkingPlan,
  type WorkingSchedule,
  type WorkingStep,
} from "./working-schedule.ts";

type Found = { step: WorkingStep; missing: string[] };

const permissionsOf = (working: WorkingSchedule, plan: WorkingPlan, agentId: string): ReadonlySet<string> => {
  const known = plan.permissions.get(agentId);
  if (known !== undefined) return known;
  const declared = plan.head.agents.find(({ agent_id }) => agent_id === agentId)?.permissions ?? [];
  const permissions = effectivePermissions(declared, working.input.agents.get(agentId), working.input.registry_open);
  plan.permissions.set(agentId, permissions);
  return permissions;
};

const detect = (working: WorkingSchedule): Found[] => {
  const found: Found[] = [];
  for (const step of working.steps) {
    if (step.aborted !== null || step.contract.required_permissions.length === 0) continue;
    const missing = missingPermissions(step.contract, permissionsOf(working, step.plan, step.acting_agent_id));
    if (missing.length > 0) found.push({ step, missing });
  }
  return found;
};

/**
 * The owner who answers for an agent. Unregistered agents of one plan in an open registry count as one owner's: nobody
 * else submitted them. In a closed registry an unknown agent has no owner and stands in for nobody.
 */
const sameOwner = ({ input }: WorkingSchedule, one: string, other: string): boolean => {
  const [first, second] = [input.agents.get(one), input.agents.get(other)];
  if (first === undefined || second === undefined) return first === second && input.registry_open;
  return isSamePerson(first.owner, second.owner);
};

/** The first agent of the plan, in the plan's order, that may run the step in the place of its own. */
const substituteFor = (working: WorkingSchedule, { step, plan, contract }: WorkingStep): string | undefined => {
  const { locked_agents } = working.input.facts;
  if (locked_agents.has(step.agent_id)) return undefined;
  return plan.head.agents.find(
    ({ agent_id }) =>
      agent_id !== step.agent_id &&
      !locked_agents.has(agent_id) &&
      sameOwner(working, step.agent_id, agent_id) &&
      missingPermissions(contract, permissionsOf(working, plan, agent_id)).length === 0,
  )?.agent_id;
};

const resolve = (working: WorkingSchedule, { step, missing }: Found): ConflictDraft[] => {
  // It fell with a step it depends on since it was found.
  if (step.aborted !== null) return [];
  const { agent_id } = step.step;
  const lacking = `${agent_id} lacks ${missing.join(", ")}`;
  const finding = `${nameOf(step)}: ${lacking}`;
  const substitute = substituteFor(working, step);
  if (substitute !== undefined) {
    step.acting_agent_id = substitute;
    requireApproval(step);
    const resolution = `proposed by ${agent_id}, runs as ${substitute}; a person must approve it`;
    const details = { missing_permissions: missing, proposed_by: agent_id, runs_as: substitute };
    return [{ steps: [step], strategy: "REASSIGN", status: "resolved", finding, resolution, details }];
  }
  const why = working.input.facts.locked_agents.has(agent_id)
    ? "the agent is locked, and no step is reassigned to slip past a lock"
    : "no other agent of the same plan and owner that is not locked has it";
  abortStep(working, step, `${lacking}, and ${why}`);
  const details = { missing_permissions: missing, proposed_by: agent_id };
  return [{ steps: [step], strategy: "ABORT", status: "resolved", finding, resolution: `aborted: ${why}`, details }];
};

/** The agent of a step lacks a permission its tool requires. */
export const permissionConflict: ConflictRule<Found> = {
  type: "PERMISSION_CONFLICT",
  severity: 7,
  reads: [],
  detect,
  resolve,
};
