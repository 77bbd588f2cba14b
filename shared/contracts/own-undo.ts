import type { Violation } from "../plan/violation.ts";
import { outwardBinding } from "./binding/binding.ts";
import { standardContracts } from "./standard-contracts.ts";
import type { ToolContract } from "./tool-contract.ts";

/** Tools that come with an adapter which undoes what they did. */
const UNDONE_BY_THEIR_OWN: ReadonlySet<string> = new Set(
  standardContracts().flatMap(({ tool_name, compensation }) => (compensation === "adapter" ? [tool_name] : [])),
);

/**
 * Says of a contract that leaves its undoing to the tool's own adapter that there is no such adapter: some standard tools
 * have one, and a binding says for itself how it undoes. Told when the contract is put, not when a call is to be undone.
 */
export const ownUndoViolations = (contract: ToolContract): Violation[] => {
  const { tool_name, compensation } = contract;
  if (compensation !== "adapter" || UNDONE_BY_THEIR_OWN.has(tool_name)) return [];
  if (outwardBinding(contract) !== undefined) return [];
  const message = `${tool_name}: no adapter here can undo it: name a tool that does, {tool_name, arguments}, or bind it with an undo; else set reversible to false and compensation to "none"`;
  return [{ path: "/compensation", rule: "adapter_cannot_undo", message }];
};
