import { effectivePermissions, missingPermissions } from "../../../shared/contracts/permissions.ts";
import type { Deps } from "../../deps.ts";
import type { StepContext } from "../step/step-context.ts";

/**
 * Why a step may not go LIVE by what its agent is granted at this moment; undefined where nothing was taken away since
 * the execution was submitted. Rehearsals and approvals rested on the grants of their own day.
 */
export const revokedSince = async (
  { agents, policy }: Pick<Deps, "agents" | "policy">,
  { step, contract, submission }: Pick<StepContext, "step" | "contract" | "submission">,
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
