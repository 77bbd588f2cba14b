import { type ServerType, serve } from "@hono/node-server";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OlderClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OlderTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { z } from "zod";
import type { Caller } from "../../../../functions/api/http/caller.ts";
import { as, BOB, type Harness, harness } from "../harness.ts";

export type Door = Harness & {
  readonly url: string;
  /** Calls are waited for from now on until their client is known to have given up; the machine works when it is told to. */
  slow(): void;
  /** How many clients are known to have given up. */
  readonly givenUp: () => number;
  readonly stop: () => Promise<void>;
};

/** The API over a real socket; while somebody waits for a call, the machine works. */
export const openDoor = async (changes: Parameters<typeof harness>[0] = {}): Promise<Door> => {
  const pace = { slow: false, givenUp: 0 };
  const h: Harness = await harness({
    changes: {
      changed: () => {},
      listen: (_execution_id, milliseconds) => {
        let over = milliseconds <= 0;
        return {
          isOver: () => over,
          wait: async (_pause, signal) => {
            if (pace.slow) {
              await gone(signal);
              pace.givenUp += 1;
            } else await h.settle();
            over = true;
          },
          stop: () => {},
        };
      },
    },
    ...changes,
  });
  const { server, port } = await new Promise<{ server: ServerType; port: number }>((resolve) => {
    const server = serve({ fetch: h.router.fetch, port: 0, hostname: "127.0.0.1" }, (info) =>
      resolve({ server, port: info.port }),
    );
  });
  return {
    ...h,
    url: `http://127.0.0.1:${port}/mcp`,
    slow: () => {
      pace.slow = true;
    },
    givenUp: () => pace.givenUp,
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        if ("closeAllConnections" in server) server.closeAllConnections();
      }),
  };
};

const gone = (signal: AbortSignal | undefined): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted === true) resolve();
    signal?.addEventListener("abort", () => resolve(), { once: true });
  });

/** An agent's client, whichever line of the protocol it speaks. */
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

export const AGENT = as("client-of-agent-1", ["agent", "agent:agent_1"]);

export const headersOf = (caller: Caller = AGENT): Record<string, string> => ({
  authorization: `as ${caller.name} ${caller.scopes.join(",")}`,
});

type Connect = (url: string, headers?: Record<string, string>) => Promise<AgentsClient>;

const older: Connect = async (url, headers = headersOf()) => {
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

const newer: Connect = async (url, headers = headersOf()) => {
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

export const LINES = [
  { line: "2025-11-25", connect: older },
  { line: "2026-07-28", connect: newer },
] as const;

/** Decides the one request that is open, as a person. */
export const decide = async (h: Harness, decision: Record<string, unknown>): Promise<void> => {
  const [request] = (await h.deps.approvals.list({ status: "open", limit: 10, next: null })).items;
  if (request === undefined) throw new Error("nobody is asked");
  const { approval_id, digest } = request;
  await h.get(`/approvals/${approval_id}`, BOB);
  await h.post(`/approvals/${approval_id}/decision`, { digest, ...decision }, BOB);
  await h.settle();
};

export const textIn = ({ content }: Result): string => content.map(({ text = "" }) => text).join("\n");
