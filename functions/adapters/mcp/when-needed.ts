import type { McpClient } from "../../../shared/ports/mcp.ts";

/** It keeps connections, and runs programs where it may, until it is stopped. */
export type KeptMcpClient = McpClient & { stop(): Promise<void> };

/** A client that is loaded when a server is first spoken to: who has none never pays for the library. */
export const mcpWhenNeeded = (load: () => Promise<KeptMcpClient>): KeptMcpClient => {
  let loaded: Promise<KeptMcpClient> | undefined;
  const client = () => {
    loaded ??= load();
    return loaded;
  };
  return {
    tools: async (...asked) => (await client()).tools(...asked),
    call: async (...asked) => (await client()).call(...asked),
    list: async (...asked) => (await client()).list(...asked),
    ask: async (...asked) => (await client()).ask(...asked),
    stop: async () => {
      if (loaded !== undefined) await (await loaded).stop();
    },
  };
};
