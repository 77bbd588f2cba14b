import { Client, StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { z } from "zod";
import type { Started } from "./announced.ts";

const ended = z.looseObject({ outcome: z.literal("done"), mode: z.literal("LIVE") });

let asked = 0;
/** Of another contact each time: the same call of the same agent would be attached to the one under way, and made once. */
const another = (): { readonly contact_id: string } => {
  asked += 1;
  return { contact_id: `c${asked}` };
};

/** A call in one request, on a connection that is kept. @throws Error unless it was made */
export const byCalls = ({ url, token }: Started, tool_name: string) => {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return async (): Promise<void> => {
    const body = JSON.stringify({ agent_id: "agent_1", tool_name, arguments: another() });
    const response = await fetch(`${url}/calls`, { method: "POST", headers, body });
    ended.parse(await response.json());
  };
};

export type KeptClient = { readonly call: () => Promise<void>; readonly close: () => Promise<void> };

/** A call by the official client, connected once. @throws Error where the tool says that it failed */
export const byClient = async (transport: Transport, name: string): Promise<KeptClient> => {
  const client = new Client({ name: "bench", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(transport);
  return {
    call: async () => {
      const { isError = false, content } = await client.callTool({ name, arguments: another() });
      if (isError || content.length === 0) throw new Error(JSON.stringify(content));
    },
    close: () => client.close(),
  };
};

export const overHttp = ({ url, token }: { readonly url: string; readonly token?: string | undefined }): Transport =>
  new StreamableHTTPClientTransport(
    new URL(url),
    token === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${token}` } } },
  );
