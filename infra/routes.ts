import type { ApiHandler } from "./handlers.ts";

export type Scope = "executions:write" | "approvals:decide" | "system:lock" | "contracts:write" | "read";

export type Route = {
  readonly method: "GET" | "POST" | "PUT";
  readonly path: `/${string}`;
  readonly handler: ApiHandler;
  /** The caller's token must carry it, or API Gateway answers 403 before any function runs. */
  readonly scope: Scope;
};

const reads = (...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "GET", path, handler: "Read", scope: "read" }));
const acts = (scope: Scope, ...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "POST", path, handler: "Act", scope }));
const administers = (...paths: Route["path"][]): Route[] =>
  paths.map((path) => ({ method: "PUT", path, handler: "Administer", scope: "contracts:write" }));

/** Every route of the API; a request to any other path is a 404 that no function sees. */
export const routes: readonly Route[] = [
  { method: "POST", path: "/executions", handler: "Submit", scope: "executions:write" },
  ...acts("executions:write", "/executions/{id}/abort", "/executions/{id}/resume", "/executions/{id}/rollback"),
  ...acts("approvals:decide", "/approvals/{id}/decision", "/approvals/decisions"),
  ...acts("system:lock", "/system/lock", "/system/unlock"),
  ...administers("/contracts/{tool_name}", "/agents/{agent_id}"),
  ...reads(
    "/executions",
    "/executions/{id}",
    "/executions/{id}/events",
    "/executions/{id}/steps/{step_id}",
    "/executions/{id}/artifacts",
    "/executions/{id}/artifacts/{name}",
    "/approvals",
    "/approvals/{id}",
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
