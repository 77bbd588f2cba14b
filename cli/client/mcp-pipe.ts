import type { Readable, Writable } from "node:stream";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  SdkHttpError,
} from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";

export type PipeOptions = {
  /** The server's own address, with `/mcp`. */
  readonly url: URL;
  readonly fetch: typeof globalThis.fetch;
  /** The agent's token for one request. */
  readonly token: () => Promise<string | undefined>;
  readonly input: Readable;
  readonly output: Writable;
  /** Told in words what went wrong; stdout is the protocol's. */
  readonly say: (line: string) => void;
};

const initialized = z.object({ protocolVersion: z.string() });
const cancelled = z.object({ requestId: z.union([z.string(), z.number()]) });

/** An error of JSON-RPC that the protocol leaves to implementations. */
const NOT_ANSWERED = -32_000;

/**
 * Passes messages of the protocol on, from stdin to the server and back, as they are: the server, which keeps nothing
 * between two of them, is who speaks with the client, in whichever line. Ends when stdin does.
 */
export const pipeMcp = async ({ url, fetch, token, input, output, say }: PipeOptions): Promise<void> => {
  const client = new StdioServerTransport(input, output);
  const server = new StreamableHTTPClientTransport(url, { fetch: withToken(fetch, token) });
  const underway = new Map<string | number, AbortController>();
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();

  const toServer = async (message: JSONRPCMessage): Promise<void> => {
    if (isJSONRPCNotification(message) && message.method === "notifications/cancelled") {
      // Over HTTP a request that nobody waits for is one whose connection is closed.
      const given = cancelled.safeParse(message.params);
      if (given.success) underway.get(given.data.requestId)?.abort();
      return;
    }
    if (!isJSONRPCRequest(message)) return server.send(message);
    const controller = new AbortController();
    underway.set(message.id, controller);
    await server.send(message, { requestSignal: controller.signal });
  };
  const toClient = async (message: JSONRPCMessage): Promise<void> => {
    if ("id" in message && message.id !== undefined && !("method" in message)) underway.delete(message.id);
    if (isJSONRPCResultResponse(message)) {
      const version = initialized.safeParse(message.result);
      if (version.success) server.setProtocolVersion(version.data.protocolVersion);
    }
    await client.send(message);
  };

  client.onmessage = (message) => {
    toServer(message).catch(async (error: unknown) => {
      if (!isJSONRPCRequest(message) || underway.get(message.id)?.signal.aborted === true) return;
      const words = inWords(error, url);
      say(words);
      await toClient({ jsonrpc: "2.0", id: message.id, error: { code: NOT_ANSWERED, message: words } });
    });
  };
  client.onerror = ({ message }) => say(`not understood: ${message}`);
  client.onclose = end;
  server.onmessage = (message) => void toClient(message);
  await server.start();
  await client.start();
  await ended;
  for (const controller of underway.values()) controller.abort();
  await server.close();
};

const withToken =
  (fetch: PipeOptions["fetch"], token: PipeOptions["token"]): PipeOptions["fetch"] =>
  async (input, init = {}) => {
    // The server has nothing to say by itself.
    if (init.method === "GET") return new Response(null, { status: 405 });
    const headers = new Headers(init.headers);
    const given = await token();
    if (given !== undefined) headers.set("authorization", `Bearer ${given}`);
    return fetch(input, { ...init, headers });
  };

const inWords = (error: unknown, { origin }: URL): string => {
  if (error instanceof SdkHttpError) return `${origin} answered: ${error.message}`;
  const why = error instanceof Error ? error.message : String(error);
  return `${origin} did not answer (${why}). Nothing is lost: the same call again is not made twice`;
};
