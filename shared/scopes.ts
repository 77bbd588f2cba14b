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
