import { nameOf } from "../../../../shared/plan/same-person.ts";
import type { Key } from "../item.ts";
import { keyPart, padded } from "../key-part.ts";
import { PARTITIONS } from "./partitions.ts";

/** Things that people register or switch: locks, settings, contracts, servers, definitions, agents, names of callers. */

export const LOCKS = `${PARTITIONS.lock}ALL`;
export const lockKey = (lock_id: string): Key => ({ pk: LOCKS, sk: keyPart(lock_id) });
export const SETTINGS = `${PARTITIONS.setting}ALL`;
export const CONTRACTS = `${PARTITIONS.contract}ALL`;
export const contractPrefix = (tool_name: string): string => `${tool_name}#`;
export const contractKey = (tool_name: string, version: number): Key => ({
  pk: CONTRACTS,
  sk: contractPrefix(tool_name) + padded(version),
});
/** Names of servers' tools, with the contracts that clients may know by them. None of both holds a `#`. */
export const CONTRACT_NAMES = `${PARTITIONS.contract}NAMES`;
export const contractNamePrefix = (name: string): string => `${name}#`;
export const contractNameKey = (name: string, tool_name: string): Key => ({
  pk: CONTRACT_NAMES,
  sk: contractNamePrefix(name) + tool_name,
});
/** The contracts of releases that held no names hold theirs. No name begins with a `#`. */
export const NAMES_HELD: Key = { pk: CONTRACT_NAMES, sk: "#held" };
/**
 * Proposals that a second person has yet to confirm: apart, so that whoever asks for contracts finds those in force.
 */
export const PROPOSED = `${PARTITIONS.contract}PROPOSED`;
export const proposalKey = (tool_name: string): Key => ({ pk: PROPOSED, sk: tool_name });
/** MCP servers, apart from contracts: who calls tools reads these and none of those. */
export const SERVERS = `${PARTITIONS.server}ALL`;
export const serverKey = (server: string): Key => ({ pk: SERVERS, sk: server });
/** Tools that servers describe otherwise than a contract pins them; what people accepted of that stands apart. */
export const changedDefinitions = (tool_name: string): string => PARTITIONS.definition + tool_name;
export const changedDefinitionKey = ({ tool_name, pin }: { tool_name: string; pin: string }): Key => ({
  pk: changedDefinitions(tool_name),
  sk: pin,
});
export const acceptedDefinitions = (tool_name: string): string => PARTITIONS.accepted + tool_name;
export const acceptedDefinitionKey = (accepted: { tool_name: string; pin: string; definition: string }): Key => ({
  pk: acceptedDefinitions(accepted.tool_name),
  sk: `${accepted.pin}#${accepted.definition}`,
});
export const AGENTS = `${PARTITIONS.agent}ALL`;
export const agentKey = (agent_id: string): Key => ({ pk: AGENTS, sk: agent_id });
/** Registrations that a second person has yet to confirm: apart, as those of contracts. */
export const PROPOSED_AGENTS = `${PARTITIONS.agent}PROPOSED`;
export const agentProposalKey = (agent_id: string): Key => ({ pk: PROPOSED_AGENTS, sk: agent_id });
/** Among what submissions bring, so that whoever takes them in can register nobody. */
export const NOTED_AGENTS = `${PARTITIONS.submission}AGENTS`;
export const notedAgentKey = (agent_id: string): Key => ({ pk: NOTED_AGENTS, sk: keyPart(agent_id) });
/** One name a caller, whatever the spelling of the id. */
export const CALLER_NAMES = `${PARTITIONS.caller}NAMES`;
export const callerNameKey = (caller: string): Key => ({ pk: CALLER_NAMES, sk: keyPart(nameOf(caller)) });
/** The last change of a name, apart from the names. */
export const LAST_CALLER_NAME: Key = { pk: `${PARTITIONS.caller}CHANGES`, sk: "last" };
