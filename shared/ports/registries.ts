import type { ContractProposal } from "../contracts/contract-proposal.ts";
import type { ToolContract } from "../contracts/tool-contract.ts";
import type { Agent } from "../plan/agent.ts";
import type { AgentProposal } from "../plan/agent-proposal.ts";
import type { Readable } from "./damaged.ts";

export interface Contracts {
  /** The newest version of every contract, where that can be read. */
  all(): Promise<ToolContract[]>;
  /** The same, and the names of the tools whose newest version cannot be read. */
  readable(): Promise<Readable<ToolContract>>;
  get(tool_name: string, version?: number): Promise<ToolContract | undefined>;
  /** The tools that clients of `/mcp` may know by a name that is a server's own (`namesOfServer`), of any version. */
  namedByServer(name: string): Promise<string[]>;
  /** Contracts in force that a release registered which held no names hold theirs from then on; looked for once. */
  holdNames(): Promise<void>;
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
  /** Those that can be read, and the names of the others: what they may do is not known. */
  readable(): Promise<Readable<Agent>>;
  /** @throws RecordDamaged */
  get(agent_id: string): Promise<Agent | undefined>;
  /**
   * @param over what must be registered for it to be put; null: nothing; left out: whatever is
   * @returns false when something else is
   */
  put(agent: Agent, over?: Agent | null): Promise<boolean>;
  /** The last proposal for an agent, unless it lapsed. */
  proposed(agent_id: string): Promise<AgentProposal | undefined>;
  /** The last proposal of every agent that had one, unless it lapsed. */
  allProposed(): Promise<AgentProposal[]>;
  /**
   * Ends the proposal for an agent, so that it waits no more even where the agent comes to be registered as it was.
   * @returns false when another was made meanwhile
   */
  lapse(agent_id: string): Promise<boolean>;
  /** Keeps a proposal in the place of the agent's last one. It changes no registration. */
  propose(proposal: AgentProposal): Promise<void>;
  /** Notes agents that a submission named and nobody registered, so that a lock on one is known from a misspelt name. */
  note(agent_ids: readonly string[]): Promise<void>;
  isNoted(agent_id: string): Promise<boolean>;
  noted(): Promise<string[]>;
}
