import type { ToolContract } from "../contracts/tool-contract.ts";
import type { Agent } from "../plan/agent.ts";
import type { ExecutionConfig } from "../plan/config.ts";
import type { JsonObject } from "../plan/json.ts";
import type { ToolExecutionPlan } from "../plan/tool-execution-plan.ts";
import type { ConflictFacts } from "./facts.ts";

export type ConflictInput = {
  /** Normalised and checked against their contracts: ids are unique, `depends_on` names steps of the same plan. */
  plans: readonly ToolExecutionPlan[];
  /** The contracts the execution is pinned to, by tool name; every tool of the plans is in it. */
  contracts: ReadonlyMap<string, ToolContract>;
  config: ExecutionConfig;
  /** The registry, by agent id. */
  agents: ReadonlyMap<string, Agent>;
  /** An open registry takes unregistered agents at their word. */
  registry_open: boolean;
  /** The deployment's own switch. */
  live_enabled: boolean;
  facts: ConflictFacts;
  /**
   * The final values of arguments that held a `$from`, by step id, as far as it is final: such calls are compared too.
   */
  final_arguments?: ReadonlyMap<string, JsonObject>;
};

/** The contract of a tool. Throws when it is missing: the contracts stage lets no such plan through. */
export const contractOf = (input: Pick<ConflictInput, "contracts">, tool_name: string): ToolContract => {
  const contract = input.contracts.get(tool_name);
  if (contract === undefined) throw new RangeError(`no contract for ${tool_name}: check plans against contracts first`);
  return contract;
};
