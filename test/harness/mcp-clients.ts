import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OlderClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OlderTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { z } from "zod";

/** An agent's official client, whichever line of the protocol it speaks. */
export type AgentsClient = {
  readonly line: string | undefined;
  list(cursor?: string): Promise<Listed>;
  call(name: string, args?: Record<string, unknown>, how?: How): Promise<Result>;
  close(): Promise<void>;
};
export type How = { readonly meta?: Record<string, unknown>; readonly signal?: AbortSignal };

const listed = z.object({
  tools: z.array(
    z.object({
      name: z.string(),
      description: z.string().optional(),
      inputSchema: z.looseObject({ type: z.literal("object") }),
      annotations: z.record(z.string(), z.unknown()).optional(),
      outputSchema: z.unknown().optional(),
      _meta: z.record(z.string(), z.unknown()).optional(),
    }),
  ),
  nextCursor: z.string().optional(),
});
export type Listed = z.infer<typeof listed>;

const result = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().optional(),
  _meta: z.record(z.string(), z.unknown()).optional(),
});
export type Result = z.infer<typeof result>;

export type Connect = (url: string, headers: Record<string, string>) => Promise<AgentsClient>;

const older: Connect = async (url, headers) => {
  const client = new OlderClient({ name: "older", version: "1" });
  const transport = new OlderTransport(new URL(url), { requestInit: { headers } });
  await client.connect(transport as Parameters<typeof client.connect>[0]);
  return {
    line: transport.protocolVersion,
    list: async (cursor) => listed.parse(await client.listTools(cursor === undefined ? {} : { cursor })),
    call: async (name, args = {}, { meta, signal } = {}) =>
      result.parse(
        await client.callTool(
          { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) },
          undefined,
          signal === undefined ? {} : { signal },
        ),
      ),
    close: () => client.close(),
  };
};

const newer: Connect = async (url, headers) => {
  const client = new Client({ name: "newer", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return {
    line: client.getNegotiatedProtocolVersion(),
    list: async (cursor) => listed.parse(await client.listTools(cursor === undefined ? undefined : { cursor })),
    call: async (name, args = {}, { meta, signal } = {}) =>
      result.parse(
        await client.callTool(
          { name, arguments: args, ...(meta === undefined ? {} : { _meta: meta }) },
          signal === undefined ? {} : { signal },
        ),
      ),
    close: () => client.close(),
  };
};

export const OLDER = { line: "2025-11-25", connect: older } as const;
export const NEWER = { line: "2026-07-28", connect: newer } as const;

export const textIn = ({ content }: Result): string => content.map(({ text = "" }) => text).join("\n");
