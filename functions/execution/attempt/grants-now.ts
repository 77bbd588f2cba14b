import { effectivePermissions, missingPermissions } from "../../../shared/contracts/permissions.ts";
import { maySubmitFor } from "../../../shared/plan/agent.ts";
import type { Deps } from "../../deps.ts";
import type { StepContext } from "../step/step-context.ts";

type Acting = Pick<StepContext, "execution" | "step" | "contract" | "submission">;

/**
 * Why a step may not go LIVE by the rights of this moment: what its agent is granted, and for whom its submitter may
 * submit; undefined where nothing was taken away since the execution was submitted. Rehearsals and approvals rested on
 * the rights of their own day.
 */
export const revokedSince = async (
  deps: Pick<Deps, "agents" | "policy">,
  context: Acting,
): Promise<string | undefined> => (await notGrantedAnyMore(deps, context)) ?? (await notAllowedAnyMore(deps, context));

const notGrantedAnyMore = async (
  { agents, policy }: Pick<Deps, "agents" | "policy">,
  { step, contract, submission }: Acting,
): Promise<string | undefined> => {
  if (contract.required_permissions.length === 0) return undefined;
  const { acting_agent_id, plan_id } = step;
  const plan = submission.plans.find((each) => each.plan_id === plan_id);
  const declared = plan?.agents.find(({ agent_id }) => agent_id === acting_agent_id)?.permissions ?? [];
  const granted = effectivePermissions(declared, await agents.get(acting_agent_id), policy.registry_open);
  const missing = missingPermissions(contract, granted);
  return missing.length === 0
    ? undefined
    : `agent ${acting_agent_id} was granted ${missing.join(", ")} when this was submitted, and is not any more: nothing was sent`;
};

/**
 * Asked of who proposed the call and of who acts; as at submission, one that nobody registered is the registry's to say.
 * The sentence goes on record, where nobody is called by a name that can change: the submitter stands beside it.
 */
const notAllowedAnyMore = async (
  { agents }: Pick<Deps, "agents">,
  { execution, step }: Acting,
): Promise<string | undefined> => {
  for (const agent_id of new Set([step.agent_id, step.acting_agent_id])) {
    const agent = await agents.get(agent_id);
    if (agent === undefined || maySubmitFor(agent, execution.submitted_by)) continue;
    return `its submitter was allowed to submit for agent ${agent_id} when this was submitted, and is not any more: nothing was sent`;
  }
  return undefined;
};
