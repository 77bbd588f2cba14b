import { json } from "../../plan/json.ts";
import type { Violation } from "../../plan/violation.ts";
import { type OutwardBinding, outwardBinding, type Reach } from "../binding/binding.ts";
import { literalCredentials } from "../binding/literal-credentials.ts";
import type { ToolContractInput } from "../tool-contract.ts";
import { browserFaults } from "./browser/browser-rules.ts";
import { builtinFaults } from "./builtin/builtin-rules.ts";
import { httpFaults } from "./http/http-rules.ts";
import { lambdaFaults } from "./lambda/lambda-rules.ts";
import { mcpFaults } from "./mcp/mcp-rules.ts";
import { secretFaults } from "./secrets-used.ts";
import { workerFaults } from "./worker/worker-rules.ts";

/** Requests and templates of real services have a few KB. */
const MAX_BINDING_BYTES = 65_536;

/**
 * Everything that keeps a binding from ever being right, with its place. `reach`: what the deployment's tools may
 * reach; not asked about where it is left out, as of contracts that are registered already.
 */
export const bindingViolations = (contract: ToolContractInput, reach?: Reach): Violation[] => {
  const { tool_name } = contract;
  const binding = outwardBinding(contract);
  if (binding === undefined) return [];
  const secrets = secretFaults(contract, reach?.missing_secrets ?? new Set());
  const literal = literalCredentials(json.parse(binding), "/binding").map((found) => ({
    ...found,
    rule: "binding_credential",
  }));
  return [...faultsOf(contract, binding, reach), ...literal, ...secrets].map((fault) => ({
    ...fault,
    message: `${tool_name}: ${fault.message}`,
  }));
};

const faultsOf = (contract: ToolContractInput, binding: OutwardBinding, reach?: Reach): Violation[] => {
  const bytes = Buffer.byteLength(JSON.stringify(binding));
  if (bytes > MAX_BINDING_BYTES) {
    const message = `has ${bytes} bytes; at most ${MAX_BINDING_BYTES} are allowed`;
    return [{ path: "/binding", rule: "binding_too_large", message }];
  }
  switch (binding.kind) {
    case "http":
      return httpFaults(contract, binding, reach);
    case "worker":
      return workerFaults(contract, binding, reach);
    case "lambda":
      return lambdaFaults(contract, binding, reach);
    case "mcp":
      return mcpFaults(contract, binding, reach);
    case "builtin":
      return builtinFaults(contract, binding, reach);
    case "browser":
      return browserFaults(contract, binding, reach);
  }
};
