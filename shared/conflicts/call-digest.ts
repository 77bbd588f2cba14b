import { canonicalArguments } from "../contracts/canonical-arguments.ts";
import type { ToolContractInput } from "../contracts/tool-contract.ts";
import { canonicalJson, digestOf } from "../plan/digest.ts";
import type { JsonObject } from "../plan/json.ts";
import { literalView } from "../plan/references.ts";
import type { PlanStep } from "../plan/tool-execution-plan.ts";
import { type ConflictInput, contractOf } from "./conflict-input.ts";

/**
 * Names a call as it is written: tool and resolved arguments, whatever the order of their keys. It is what a row of the
 * ledger says of itself, and what releases before this one compared calls by. SHA-256 in lower-case hex.
 */
export const callDigest = (tool_name: string, resolvedArguments: JsonObject): string =>
  digestOf("call", { tool_name, arguments: resolvedArguments });

type CallContract = Pick<ToolContractInput, "tool_name" | "input_schema">;

/**
 * Names a call by what it does: two calls with one digest are duplicates, also where one leaves out what is a default,
 * or lists the items of a set in another order, by the contract that its execution pinned.
 */
export const sameCallDigest = (contract: CallContract, resolvedArguments: JsonObject): string =>
  callDigest(contract.tool_name, canonicalArguments(contract.input_schema, resolvedArguments));

/** The same identity as text, of arguments that are canonical: cheaper than a digest where it never leaves the process. */
export const callText = (tool_name: string, canonical: JsonObject): string =>
  `${tool_name} ${canonicalJson(canonical)}`;

/** The digests under which calls like this one are found: by what it does, and as releases before wrote it. */
export type CallIdentity = { readonly same_call: string; readonly call_digest: string };

export const identityOf = (contract: CallContract, resolvedArguments: JsonObject): CallIdentity => ({
  same_call: sameCallDigest(contract, resolvedArguments),
  call_digest: callDigest(contract.tool_name, resolvedArguments),
});

/** The call that a step would make, as it is compared with other calls; null while that is not known. */
export const comparableCall = (
  { contracts, final_arguments }: Pick<ConflictInput, "contracts" | "final_arguments">,
  step: Pick<PlanStep, "step_id" | "tool_name" | "arguments" | "argument_sources">,
): JsonObject | null => {
  const { input_schema } = contractOf({ contracts }, step.tool_name);
  const known = step.argument_sources.length === 0 ? knownArguments(step) : final_arguments?.get(step.step_id);
  return known === undefined ? null : canonicalArguments(input_schema, known);
};

/** The known part of a step's arguments before anything ran: `$literal` unwrapped. */
export const knownArguments = (step: Pick<PlanStep, "arguments">): JsonObject => literalView(step.arguments);
