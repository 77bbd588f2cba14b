import { AGENT_SCOPE } from "../../../shared/scopes.ts";
import { type Endpoint, protocolEndpoint, type RawRequest } from "../http/endpoint.ts";
import { MAX_BODY_BYTES } from "../http/limits.ts";

/** The route by what answers it: apart from that, so that who only describes it does not carry the protocol's library. */
export const mcpEndpoint = (serve: (request: RawRequest) => Promise<Response>): Endpoint =>
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
  );

/** The same for a document. */
export const describedMcp = mcpEndpoint(() =>
  Promise.reject(new Error("/mcp is described here, and answered elsewhere")),
);
