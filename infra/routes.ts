import { AGENT_SCOPE, type Scope, WORK_SCOPE } from "../shared/scopes.ts";
import type { ApiHandler } from "./handlers.ts";

export type Route = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly path: `/${string}`;
  readonly handler: ApiHandler;
  /** The caller's token must carry one of them, or API Gateway answers 403 before any function runs. None: open to everybody. */
  readonly scopes: readonly (Scope | typeof WORK_SCOPE | typeof AGENT_SCOPE)[];
};

const reads = (...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "GET", path, handler: "Read", scopes: ["read"] }));
const acts = (scopes: Route["scopes"], ...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "POST", path, handler: "Act", scopes }));
/** An agent finds its own there. */
const readsOfAgents = (...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "GET", path, handler: "Read", scopes: ["read", AGENT_SCOPE] }));
const works = (...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "POST", path, handler: "Work", scopes: [WORK_SCOPE] }));
const administers = (...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "PUT", path, handler: "Administer", scopes: ["contracts:write"] }));

const keepers = (method: "GET" | "POST" | "DELETE", ...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method, path, handler: "Administer", scopes: ["contracts:write"] }));

/** Every route of the API; a request to any other path is a 404 that no function sees. */
export const routes: readonly Route[] = [
  { method: "GET", path: "/livez", handler: "Read", scopes: [] },
  // A browser has no token before its person has signed in; what the page shows it asks of the routes below.
  { method: "GET", path: "/console", handler: "Console", scopes: [] },
  { method: "GET", path: "/console/{file+}", handler: "Console", scopes: [] },
  // Slack has no token either: its app signs what it sends.
  { method: "POST", path: "/slack/interactions", handler: "Slack", scopes: [] },
  { method: "POST", path: "/executions", handler: "Submit", scopes: ["executions:write", AGENT_SCOPE] },
  { method: "POST", path: "/calls", handler: "Call", scopes: ["executions:write", AGENT_SCOPE] },
  { method: "GET", path: "/calls/{call_id}", handler: "Call", scopes: ["read", "executions:write", AGENT_SCOPE] },
  { method: "GET", path: "/.well-known/oauth-protected-resource", handler: "Mcp", scopes: [] },
  { method: "GET", path: "/.well-known/oauth-protected-resource/mcp", handler: "Mcp", scopes: [] },
  { method: "POST", path: "/mcp", handler: "Mcp", scopes: [AGENT_SCOPE] },
  // The function holds who has only the first to what they submitted themselves.
  ...acts(["executions:write", "executions:operate", AGENT_SCOPE], "/executions/{id}/abort"),
  ...acts(["executions:operate"], "/executions/resume", "/executions/{id}/resume", "/executions/{id}/rollback"),
  ...acts(["approvals:decide"], "/approvals/{id}/decision", "/approvals/decisions", "/approvals/{id}/extend"),
  ...(["PUT", "DELETE"] as const).map((method): Route => {
    // The function holds who has only the first to themselves.
    return { method, path: "/away/{person}", handler: "Act", scopes: ["approvals:decide", "contracts:write"] };
  }),
  ...(["/approvals/{id}", "/approvals/{id}/picture", "/links/{link}", "/names"] as const).map((path): Route => {
    return { method: "GET", path, handler: "Read", scopes: ["read", "approvals:decide"] };
  }),
  ...acts(["system:lock"], "/system/lock", "/system/unlock"),
  { method: "PUT", path: "/system/live", handler: "Act", scopes: ["system:lock"] },
  ...works("/work/next", "/work/{call_id}/outcome", "/work/{call_id}/heartbeat"),
  ...administers("/contracts/{tool_name}", "/agents/{agent_id}"),
  ...administers("/servers/{server}"),
  ...administers("/names/{caller}"),
  ...keepers("DELETE", "/names/{caller}"),
  { method: "POST", path: "/contracts/{tool_name}/accept", handler: "Administer", scopes: ["contracts:write"] },
  { method: "POST", path: "/servers/{server}/remove", handler: "Administer", scopes: ["contracts:write"] },
  ...administers("/memory/{id}", "/goals/{id}"),
  ...keepers("GET", "/memory", "/goals"),
  ...keepers("POST", "/memory/{id}/remove", "/goals/{id}/remove"),
  ...keepers("POST", "/webhooks", "/webhooks/{id}/rotate", "/webhooks/{id}/enable", "/webhooks/{id}/test"),
  ...keepers("POST", "/webhooks/{id}/deliveries/{delivery_id}/resend"),
  ...keepers("DELETE", "/webhooks/{id}"),
  { method: "GET", path: "/servers/{server}/tools", handler: "Try", scopes: ["contracts:write"] },
  { method: "POST", path: "/contracts/{tool_name}/try", handler: "Try", scopes: ["contracts:write"] },
  ...readsOfAgents("/executions/{id}", "/executions/{id}/steps/{step_id}", "/contracts", "/contracts/{tool_name}"),
  ...reads(
    "/executions",
    "/executions/{id}/events",
    "/executions/{id}/record",
    "/executions/{id}/rollback",
    "/executions/{id}/artifacts",
    "/executions/{id}/artifacts/{name}",
    "/approvals",
    "/away",
    "/contracts/{tool_name}/definitions",
    "/servers",
    "/agents",
    "/agents/{agent_id}",
    "/system",
    "/system/held",
    "/work",
    "/health",
    "/calibration",
    "/metrics/{name}",
    "/signals",
    "/webhooks",
    "/webhooks/{id}/deliveries",
    "/openapi.json",
  ),
];
