import type { ContractProposal } from "../contracts/contract-proposal.ts";
import type { ToolContract } from "../contracts/tool-contract.ts";
import type { Agent } from "../plan/agent.ts";

export interface Contracts {
  /** The newest version of every contract. */
  all(): Promise<ToolContract[]>;
  get(tool_name: string, version?: number): Promise<ToolContract | undefined>;
  /** Puts a new version. @returns false when that version exists already. */
  put(contract: ToolContract): Promise<boolean>;
  /** The last proposal for a tool, whether it still waits or not. */
  proposed(tool_name: string): Promise<ContractProposal | undefined>;
  /** The last proposal of every tool that had one. */
  allProposed(): Promise<ContractProposal[]>;
  /** Keeps a proposal in the place of the tool's last one. It changes no version. */
  propose(proposal: ContractProposal): Promise<void>;
}

export interface Agents {
  all(): Promise<Agent[]>;
  get(agent_id: string): Promise<Agent | undefined>;
  put(agent: Agent): Promise<void>;
  /** Notes agents that a submission named and nobody registered, so that a lock on one is known from a misspelt name. */
  note(agent_ids: readonly string[]): Promise<void>;
  isNoted(agent_id: string): Promise<boolean>;
  noted(): Promise<string[]>;
}
