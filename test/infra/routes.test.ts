import { expect, it } from "vitest";
import { allEndpoints } from "../../functions/api/endpoints.ts";
import type { Deps } from "../../functions/deps.ts";
import { routes } from "../../infra/routes.ts";

/** The description of an endpoint needs none of what its answer uses. */
const nothing = {} as Deps;

it("API Gateway lets through what the functions answer: the same routes, scopes and functions", () => {
  const answered = allEndpoints(nothing).map(
    ({ group, method, path, scopes }) => `${method} ${path} ${scopes.join(" ")} ${group}`,
  );
  const beside = [
    "GET /openapi.json read read",
    "GET /livez  read",
    "GET /.well-known/oauth-protected-resource  mcp",
    "GET /.well-known/oauth-protected-resource/mcp  mcp",
    "POST /slack/interactions  slack",
    "GET /console  console",
    "GET /console/{file+}  console",
  ];
  const deployed = routes.map(
    ({ handler, method, path, scopes }) => `${method} ${path} ${scopes.join(" ")} ${handler.toLowerCase()}`,
  );
  expect(deployed.toSorted()).toEqual([...answered, ...beside].toSorted());
});
