import { type FetchLike, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import type { HttpMcpServer } from "../../../shared/contracts/binding/mcp/mcp-server.ts";
import { hostsOf } from "../../../shared/contracts/binding/mcp/server-rules.ts";
import type { McpCredentials } from "../../../shared/ports/mcp.ts";
import type { GuardedFetch } from "../http/guarded-fetch.ts";
import { retryAfterSeconds } from "../http/retry-after.ts";
import { boundedBody } from "./bounded-body.ts";
import { type Opened, underway } from "./session.ts";

/** No call may take longer; what belongs to no call ends with it, too. */
const LONGEST_MS = 900_000;

/** Streamable HTTP by the guarded way out. Nothing of a request is sent a second time. */
export const openHttp = (
  fetch: GuardedFetch,
  server: HttpMcpServer,
  credentials: () => McpCredentials,
  now: () => number,
): Opened => ({
  transport: new StreamableHTTPClientTransport(new URL(server.url), {
    fetch: fetchFor(fetch, server, credentials, now),
  }),
  negotiates: true,
  said: () => "",
});

const fetchFor =
  (fetch: GuardedFetch, server: HttpMcpServer, credentials: () => McpCredentials, now: () => number): FetchLike =>
  async (url, init = {}) => {
    const { method = "GET", signal, body } = init;
    const headers = new Headers(init.headers);
    // A stream for what the server wants to say by itself is not listened to: tools are listed before each use.
    if (method === "GET" && !headers.has("last-event-id")) return new Response(null, { status: 405 });
    for (const [name, value] of Object.entries(credentials().headers)) headers.set(name, value);
    const call = underway.getStore();
    const signals = [signal, call?.signal].filter((each) => each != null);
    const response = await fetch(
      {
        method,
        url: String(url),
        headers: Object.fromEntries(headers),
        hosts: hostsOf({ url: server.url }),
        ...(typeof body === "string" ? { body } : {}),
      },
      {
        stop: AbortSignal.any([...signals, AbortSignal.timeout(LONGEST_MS)]),
        state: call?.state ?? { sent: false },
      },
    );
    // The library tells the status of an answer and none of its headers.
    const again = retryAfterSeconds(response.status, response.headers.get("retry-after") ?? undefined, now());
    if (call !== undefined && again !== undefined) call.state.again_in_seconds = again;
    return boundedBody(response);
  };
