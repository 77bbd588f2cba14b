import { startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";

/** A server of one machine whose one agent reads, and writes mails. */
export const startDesk = async (
  data_dir: string,
): Promise<{ readonly url: string; readonly agent: string; token(): Promise<string>; stop(): Promise<unknown> }> => {
  const server = await startServer({ data_dir, port: 0, registry_open: true, live_enabled: true });
  const agent = "agent_1";
  await server.stack.deps.agents.put({
    ...{ agent_id: agent, owner: "olga", allowed_submitters: [], default_confidence: 0.95 },
    granted_permissions: ["email_send"],
  });
  return {
    url: server.url,
    agent,
    token: () => mintToken(data_dir, { name: agent, scopes: ["agent", `agent:${agent}`], now: new Date() }),
    stop: () => server.stop(),
  };
};
