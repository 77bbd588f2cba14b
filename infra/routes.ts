import type { ApiHandler } from "./handlers.ts";

/** What a caller's token may allow. */
export const scopes = ["executions:write", "approvals:decide", "system:lock", "contracts:write", "read"] as const;
export type Scope = (typeof scopes)[number];

export type Route = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: `/${string}`;
  readonly handler: ApiHandler;
  /** The caller's token must carry it, or API Gateway answers 403 before any function runs. Null: open to everybody. */
  readonly scope: Scope | null;
};

const reads = (...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "GET", path, handler: "Read", scope: "read" }));
const acts = (scope: Scope, ...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "POST", path, handler: "Act", scope }));
const administers = (...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "PUT", path, handler: "Administer", scope: "contracts:write" }));

/** Every route of the API; a request to any other path is a 404 that no function sees. */
export const routes: readonly Route[] = [
  { method: "GET", path: "/livez", handler: "Read", scope: null },
  { method: "POST", path: "/executions", handler: "Submit", scope: "executions:write" },
  ...acts("executions:write", "/executions/{id}/abort", "/executions/{id}/resume", "/executions/{id}/rollback"),
  ...acts("approvals:decide", "/approvals/{id}/decision", "/approvals/decisions", "/approvals/{id}/extend"),
  ...acts("system:lock", "/system/lock", "/system/unlock"),
  { method: "PUT", path: "/system/live", handler: "Act", scope: "system:lock" },
  ...administers("/contracts/{tool_name}", "/agents/{agent_id}"),
  ...reads(
    "/executions",
    "/executions/{id}",
    "/executions/{id}/events",
    "/executions/{id}/record",
    "/executions/{id}/steps/{step_id}",
    "/executions/{id}/artifacts",
    "/executions/{id}/artifacts/{name}",
    "/approvals",
    "/approvals/{id}",
    "/links/{link}",
    "/contracts",
    "/contracts/{tool_name}",
    "/agents",
    "/agents/{agent_id}",
    "/system",
    "/health",
    "/metrics/{name}",
    "/signals",
    "/openapi.json",
  ),
];
