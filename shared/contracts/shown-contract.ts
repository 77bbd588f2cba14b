import { json } from "../plan/json.ts";
import { binding } from "./binding/binding.ts";
import { withoutCredentials } from "./binding/literal-credentials.ts";
import type { ToolContract } from "./tool-contract.ts";

/**
 * A contract as readers see it: a credential that an earlier release took in clear is not shown, wherever it stands in the
 * binding. Its hash is that of what is stored.
 */
export const shownContract = (contract: ToolContract): ToolContract =>
  contract.binding === undefined
    ? contract
    : { ...contract, binding: binding.parse(withoutCredentials(json.parse(contract.binding))) };
