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

/** The contracts that an agent may use, by name: those whose permissions it is granted. */
export const offersTo = async (deps: OfferDeps, asking: Asking): Promise<Offer[]> => {
  const [contracts, agent] = await Promise.all([deps.contracts.all(), deps.agents.get(asking.agent)]);
  const { registry_open } = deps.policy;
  if (agent === undefined ? !registry_open : !maySubmitFor(agent, asking.submitter)) return [];
  return [...offeredNames([...contractsByName(contracts).values()])]
    .map(([name, contract]) => ({ name, contract }))
    .filter(({ contract }) => {
      const { required_permissions } = contract;
      return (
        missingPermissions(contract, effectivePermissions(required_permissions, agent, registry_open)).length === 0
      );
    })
    .sort((one, other) => (one.name < other.name ? -1 : 1));
};

/** The contract that a name leads to, whoever may use it: by its tool name with one read, else among all. */
export const contractNamed = async (
  { contracts }: Pick<Deps, "contracts">,
  name: string,
): Promise<ToolContract | undefined> => {
  const direct = identifier.safeParse(name).success ? await contracts.get(name) : undefined;
  return direct ?? offeredNames([...contractsByName(await contracts.all()).values()]).get(name);
};
