import type { AgentScope, Scope, WorkScope } from "../../../../shared/scopes.ts";

/** Every kind of caller there is: what its token carries, and what it is for. */
export const CALLERS = {
  nobody: { scopes: null, is: "no token" },
  agent: { scopes: ["executions:write", "read"], is: "the host of the agent that submitted the execution" },
  "another agent": { scopes: ["executions:write", "read"], is: "the host of another agent" },
  "an agent itself": { scopes: ["agent", "agent:agent_1"], is: "an agent with a token of its own" },
  approver: { scopes: ["approvals:decide", "read"], is: "a person who decides" },
  operator: { scopes: ["executions:operate", "system:lock", "read"], is: "a person who stops, takes up and undoes" },
  administrator: { scopes: ["contracts:write", "read"], is: "a person who keeps the registries" },
  worker: { scopes: ["work:crm"], is: "a process that does the calls of a group's tools" },
  reader: { scopes: ["read"], is: "an auditor, a dashboard" },
} as const satisfies Record<
  string,
  { scopes: readonly (Scope | WorkScope | AgentScope | "agent")[] | null; is: string }
>;
export type Kind = keyof typeof CALLERS;

export const KINDS = Object.keys(CALLERS).filter((kind): kind is Kind => kind in CALLERS);

const everybody = KINDS.filter((kind) => kind !== "nobody" && kind !== "worker" && kind !== "an agent itself");
const reads = { may: everybody };
/** An agent itself finds its own. */
const own = { may: everybody, own: ["an agent itself"] } as const;

/**
 * The callers who may, by route; `own` only what they submitted themselves, or what is about them. All others are refused.
 * `body`: one that gets as far as to whom it is about.
 */
export const WHO_MAY: Readonly<Record<string, { may: readonly Kind[]; own?: readonly Kind[]; body?: object }>> = {
  "POST /executions": { may: ["agent", "another agent"], own: ["an agent itself"] },
  "POST /calls": { may: ["agent", "another agent"], own: ["an agent itself"] },
  "POST /mcp": { may: [], own: ["an agent itself"] },
  "GET /calls/{call_id}": own,
  "POST /executions/{id}/abort": { may: ["operator"], own: ["agent", "another agent", "an agent itself"] },
  "POST /executions/{id}/resume": { may: ["operator"] },
  "POST /executions/resume": { may: ["operator"] },
  "POST /executions/{id}/rollback": { may: ["operator"] },
  "POST /approvals/{id}/decision": { may: ["approver"] },
  "POST /approvals/decisions": { may: ["approver"] },
  "POST /approvals/{id}/extend": { may: ["approver"] },
  "PUT /away/{person}": { may: ["administrator"], own: ["approver"], body: { until: "2099-01-01T00:00:00Z" } },
  "DELETE /away/{person}": { may: ["administrator"], own: ["approver"] },
  "PUT /names/{caller}": { may: ["administrator"], body: { name: "Sales desk" } },
  "DELETE /names/{caller}": { may: ["administrator"] },
  "POST /system/lock": { may: ["operator"] },
  "POST /system/unlock": { may: ["operator"] },
  "PUT /system/live": { may: ["operator"] },
  "PUT /contracts/{tool_name}": { may: ["administrator"] },
  "POST /contracts/{tool_name}/accept": { may: ["administrator"] },
  "PUT /agents/{agent_id}": { may: ["administrator"] },
  "POST /contracts/{tool_name}/try": { may: ["administrator"] },
  "POST /work/next": { may: ["worker"] },
  "POST /work/{call_id}/outcome": { may: ["worker"] },
  "POST /work/{call_id}/heartbeat": { may: ["worker"] },
  "PUT /servers/{server}": { may: ["administrator"] },
  "POST /servers/{server}/remove": { may: ["administrator"] },
  "GET /servers/{server}/tools": { may: ["administrator"] },
  "GET /memory": { may: ["administrator"] },
  "PUT /memory/{id}": { may: ["administrator"] },
  "POST /memory/{id}/remove": { may: ["administrator"] },
  "GET /goals": { may: ["administrator"] },
  "PUT /goals/{id}": { may: ["administrator"] },
  "POST /goals/{id}/remove": { may: ["administrator"] },
  "POST /webhooks": { may: ["administrator"] },
  "DELETE /webhooks/{id}": { may: ["administrator"] },
  "POST /webhooks/{id}/rotate": { may: ["administrator"] },
  "POST /webhooks/{id}/enable": { may: ["administrator"] },
  "POST /webhooks/{id}/test": { may: ["administrator"] },
  "POST /webhooks/{id}/deliveries/{delivery_id}/resend": { may: ["administrator"] },
  "GET /webhooks": reads,
  "GET /webhooks/{id}/deliveries": reads,
  "GET /servers": reads,
  "GET /executions": reads,
  "GET /executions/{id}": own,
  "GET /executions/{id}/events": reads,
  "GET /executions/{id}/record": reads,
  "GET /executions/{id}/rollback": reads,
  "GET /executions/{id}/steps/{step_id}": own,
  "GET /executions/{id}/artifacts": reads,
  "GET /executions/{id}/artifacts/{name}": reads,
  "GET /approvals": reads,
  "GET /approvals/{id}": reads,
  "GET /approvals/{id}/picture": reads,
  "GET /links/{link}": reads,
  "GET /away": reads,
  "GET /names": reads,
  "GET /contracts": { may: [...everybody, "an agent itself"] },
  "GET /contracts/{tool_name}": { may: [...everybody, "an agent itself"] },
  "GET /contracts/{tool_name}/definitions": reads,
  "GET /agents": reads,
  "GET /agents/{agent_id}": reads,
  "GET /system": reads,
  "GET /system/held": reads,
  "GET /work": reads,
  "GET /health": reads,
  "GET /metrics/{name}": reads,
  "GET /calibration": reads,
  "GET /signals": reads,
};
