import type { Definitions, McpClient, McpServers } from "../../../shared/ports/mcp.ts";
import { noWayOut, type ReadingWayOut, type WayOut } from "../http/way-out.ts";

/** The means that a function which reads is given to speak to MCP servers with. */
export type ReadingMcpWay = {
  readonly servers: Pick<McpServers, "get">;
  readonly definitions: Pick<Definitions, "note" | "asReviewed" | "accepted">;
  readonly client: McpClient;
  readonly out: ReadingWayOut;
  /** Milliseconds since 1970. */
  readonly now: () => number;
};

/** The means that a function which acts is given: the other family of secrets beside the first. */
export type McpWay = ReadingMcpWay & { readonly out: WayOut };

const why = "the tools of this server speak to no MCP server";

/** For where tools act on the sandbox only. */
export const noMcpWay: McpWay = {
  servers: { get: async () => undefined },
  definitions: { note: async () => {}, asReviewed: async () => {}, accepted: async () => [] },
  client: {
    tools: async () => ({ ok: false, refusal: { error: why } }),
    call: async () => ({ kind: "not_sent", error: why }),
    list: async () => ({ ok: false, refusal: { error: why } }),
    ask: async () => ({ ok: false, refusal: { error: why } }),
  },
  out: noWayOut,
  now: () => 0,
};
