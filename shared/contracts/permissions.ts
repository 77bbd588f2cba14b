import type { Agent } from "../plan/agent.ts";
import type { ToolContractInput } from "./tool-contract.ts";

/**
 * The permissions an agent may use in a plan: declared by the plan and granted by the registry.
 *
 * An agent the registry does not know has nothing in a closed registry and what it declares in an open one.
 * A registered agent keeps to its grants in both: somebody wrote them down on purpose.
 */
export const effectivePermissions = (
  declared: readonly string[],
  agent: Agent | undefined,
  registryOpen: boolean,
): ReadonlySet<string> => {
  if (agent === undefined) return new Set(registryOpen ? declared : []);
  const granted = new Set(agent.granted_permissions);
  return new Set(declared.filter((permission) => granted.has(permission)));
};

/** The permissions the tool requires and the agent lacks, in the contract's order; empty when it may run the tool. */
export const missingPermissions = (
  contract: Pick<ToolContractInput, "required_permissions">,
  effective: ReadonlySet<string>,
): string[] => contract.required_permissions.filter((permission) => !effective.has(permission));
