import { offeredNames } from "../../../shared/contracts/offer/offered-names.ts";
import { effectivePermissions, missingPermissions } from "../../../shared/contracts/permissions.ts";
import { contractsByName } from "../../../shared/contracts/registry.ts";
import type { ToolContract } from "../../../shared/contracts/tool-contract.ts";
import { maySubmitFor } from "../../../shared/plan/agent.ts";
import { identifier } from "../../../shared/plan/tool-execution-plan.ts";
import type { Deps } from "../../deps.ts";
import type { Asking } from "./asking.ts";

export type OfferDeps = Pick<Deps, "contracts" | "agents" | "policy">;

/** A contract under the name by which a client of the door calls it. */
export type Offer = { readonly name: string; readonly contract: ToolContract };

/** Whether an agent may use something, by the permissions that this requires. */
export type MayUse = (needs: Pick<ToolContract, "required_permissions">) => boolean;

/** The grants of the agent that asks; nothing may be used by who may not ask in its name. */
export const grantsOf = async (
  { agents, policy: { registry_open } }: Pick<Deps, "agents" | "policy">,
  { agent: agent_id, submitter }: Pick<Asking, "agent" | "submitter">,
): Promise<MayUse> => {
  const agent = await agents.get(agent_id);
  if (agent === undefined ? !registry_open : !maySubmitFor(agent, submitter)) return () => false;
  return (needs) =>
    missingPermissions(needs, effectivePermissions(needs.required_permissions, agent, registry_open)).length === 0;
};

/** The contracts that an agent may use: those whose permissions it is granted. */
export const offersTo = async (deps: OfferDeps, asking: Asking): Promise<Offer[]> => {
  const [contracts, mayUse] = await Promise.all([deps.contracts.all(), grantsOf(deps, asking)]);
  return [...offeredNames([...contractsByName(contracts).values()])]
    .map(([name, contract]) => ({ name, contract }))
    .filter(({ contract }) => mayUse(contract));
};

/** The contract that a name leads to, whoever may use it: by its tool name with one read, else among all. */
export const contractNamed = async (
  { contracts }: Pick<Deps, "contracts">,
  name: string,
): Promise<ToolContract | undefined> => {
  const direct = identifier.safeParse(name).success ? await contracts.get(name) : undefined;
  return direct ?? offeredNames([...contractsByName(await contracts.all()).values()]).get(name);
};
