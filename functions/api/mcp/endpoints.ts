import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import type { Deps } from "../../deps.ts";
import { type Endpoint, protocolEndpoint, type RawRequest } from "../http/endpoint.ts";
import { MAX_BODY_BYTES } from "../http/limits.ts";

export const mcpEndpoints = (deps: Deps): Endpoint[] => {
  const serve = whenAsked(deps);
  return [
    protocolEndpoint(
      {
        group: "mcp",
        method: "POST",
        path: "/mcp",
        scopes: [AGENT_SCOPE],
        summary: "Speak the Model Context Protocol: an agent's tools, each call governed",
        description:
          "Streamable HTTP, stateless, protocol 2026-07-28 and 2025-11-25. The tools are the contracts that the agent may use; " +
          "a call is that of `POST /calls`. See docs/mcp.md.",
        statuses: [200, 202],
        maxBytes: MAX_BODY_BYTES,
      },
      serve,
    ),
  ];
};

/** The library is loaded when somebody speaks the protocol: who serves others, too, starts without it. */
const whenAsked = (deps: Deps): ((request: RawRequest) => Promise<Response>) => {
  let loaded: Promise<(request: RawRequest) => Promise<Response>> | undefined;
  return async (request) => {
    loaded ??= import("./serve.ts").then(({ serveMcp }) => serveMcp(deps));
    return (await loaded)(request);
  };
};
