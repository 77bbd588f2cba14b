import type { ToolContract } from "../contracts/tool-contract.ts";
import type { Agent } from "../plan/agent.ts";

export interface Contracts {
  /** The newest version of every contract. */
  all(): Promise<ToolContract[]>;
  get(tool_name: string, version?: number): Promise<ToolContract | undefined>;
  /** Puts a new version. @returns false when that version exists already. */
  put(contract: ToolContract): Promise<boolean>;
}

export interface Agents {
  all(): Promise<Agent[]>;
  get(agent_id: string): Promise<Agent | undefined>;
  put(agent: Agent): Promise<void>;
}
