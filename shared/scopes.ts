/** Everything that a caller's token may allow: one table for the API, the deployment and the CLI. */
export const SCOPES = [
  "executions:write",
  "executions:operate",
  "approvals:decide",
  "system:lock",
  "contracts:write",
  "read",
] as const;
export type Scope = (typeof SCOPES)[number];

/** Of a route for workers: the scope of any group, such as `work:crm`. Without groups a deployment has no such route. */
export const WORK_SCOPE = "work:<group>";

/** The scope of a worker's token. */
export type WorkScope = `work:${string}`;
export const workScope = (group: string): WorkScope => `work:${group}`;

/**
 * Of a route for agents: everything that an agent may do, in its own name. The token says the name by another scope,
 * `agentScope`. No person can have either.
 */
export const AGENT_SCOPE = "agent";

/** The scope by which a token is an agent's. */
export type AgentScope = `agent:${string}`;
/** Scopes hold no blanks, whatever the agent is called. */
export const agentScope = (agent_id: string): AgentScope => `agent:${encodeURIComponent(agent_id)}`;
