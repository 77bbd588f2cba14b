import type { Violation } from "../../plan/violation.ts";
import type { ToolContractInput } from "../tool-contract.ts";
import type { Reach } from "./binding.ts";
import { HTTP_RULES, reachFaults, requestsOf } from "./http-rules.ts";
import { REQUEST_RULES } from "./request-rules.ts";

/** Requests and templates of real services have a few KB. */
const MAX_BINDING_BYTES = 65_536;

/**
 * Everything that keeps a binding from ever being right, with its place. `reach`: what the deployment's tools may
 * reach; not asked about where it is left out, as of contracts that are registered already.
 */
export const bindingViolations = (contract: ToolContractInput, reach?: Reach): Violation[] => {
  const { binding, tool_name } = contract;
  if (binding?.kind !== "http") return [];
  const named = (rule: string, found: readonly Omit<Violation, "rule">[]): Violation[] =>
    found.map(({ path, message }) => ({ path, rule, message: `${tool_name}: ${message}` }));
  const bytes = Buffer.byteLength(JSON.stringify(binding));
  if (bytes > MAX_BINDING_BYTES) {
    const message = `has ${bytes} bytes; at most ${MAX_BINDING_BYTES} are allowed`;
    return named("binding_too_large", [{ path: "/binding", message }]);
  }
  const whole = Object.entries(HTTP_RULES).flatMap(([rule, of]) => named(rule, of(contract, binding)));
  const requests = requestsOf(binding).flatMap((placed) =>
    Object.entries(REQUEST_RULES).flatMap(([rule, of]) => named(rule, of(contract, binding, placed))),
  );
  const unreachable = reach === undefined ? [] : named("binding_allowed_hosts", reachFaults(binding, reach));
  return [...whole, ...requests, ...unreachable];
};
