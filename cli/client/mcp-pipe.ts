import { Readable, type Writable } from "node:stream";
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
import { KeysOfCalls } from "./keys-of-calls.ts";
import { linesTaken } from "./lines-taken.ts";
import { listedTool } from "./reading-tools.ts";

export type PipeOptions = {
  /** The server's own address, with `/mcp`. */
  readonly url: URL;
  readonly fetch: typeof globalThis.fetch;
  /** The agent's token for one request. */
  readonly token: () => Promise<string | undefined>;
  /** Rests so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly input: Readable;
  readonly output: Writable;
  /** Told in words what went wrong; stdout is the protocol's. */
  readonly say: (line: string) => void;
};

const initialized = z.object({ protocolVersion: z.string() });
const cancelled = z.object({ requestId: z.union([z.string(), z.number()]) });

/** A connection that broke stands again by then, and a server that was started anew is back: a quarter of a second to four. */
const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000];

/** Answers of these statuses have no body, not even an empty one. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** An error of JSON-RPC that the protocol leaves to implementations. */
const NOT_ANSWERED = -32_000;

/**
 * Passes messages of the protocol on, from stdin to the server and back, as they are: the server, which keeps nothing
 * between two of them, is who speaks with the client, in whichever line. Ends when stdin does.
 */
export const pipeMcp = async ({ url, fetch, token, wait, input, output, say }: PipeOptions): Promise<void> => {
  const taken = Readable.from(
    linesTaken(input, (answer) => {
      say(`not understood: ${answer.error.message}`);
      output.write(`${JSON.stringify(answer)}\n`);
    }),
  );
  const client = new StdioServerTransport(taken, output);
  const patient = withToken({ fetch, token, wait });
  const server = new StreamableHTTPClientTransport(url, { fetch: patient });
  const underway = new Map<string | number, AbortController>();
  const keys = new KeysOfCalls((name) => listedTool(url, patient, name));
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
    await server.send(await keys.named(message), { requestSignal: controller.signal });
  };
  const toClient = async (message: JSONRPCMessage): Promise<void> => {
    if (isJSONRPCResultResponse(message)) {
      keys.answered(message.id, message.result);
      const version = initialized.safeParse(message.result);
      if (version.success) server.setProtocolVersion(version.data.protocolVersion);
    }
    if ("id" in message && message.id !== undefined && !("method" in message)) underway.delete(message.id);
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
  taken.destroy();
  for (const controller of underway.values()) controller.abort();
  await server.close();
};

/**
 * Every request is answered whole, or sent again as it was: what may change something has a key. A client sees none of
 * the connections that break, but where all of them do.
 */
const withToken = ({ fetch, token, wait }: Pick<PipeOptions, "fetch" | "token" | "wait">): PipeOptions["fetch"] => {
  const once: PipeOptions["fetch"] = async (input, init = {}) => {
    const headers = new Headers(init.headers);
    const given = await token();
    if (given !== undefined) headers.set("authorization", `Bearer ${given}`);
    const response = await fetch(input, { ...init, headers });
    const { status, statusText } = response;
    const bytes = await response.arrayBuffer();
    return new Response(BODILESS.has(status) ? null : bytes, { status, statusText, headers: response.headers });
  };
  return async (input, init = {}) => {
    // The server has nothing to say by itself.
    if (init.method === "GET") return new Response(null, { status: 405 });
    for (const pause of PAUSES_MS) {
      try {
        return await once(input, init);
      } catch (error) {
        if (init.signal?.aborted === true) throw error;
      }
      await wait(pause);
    }
    return once(input, init);
  };
};

const inWords = (error: unknown, { origin }: URL): string => {
  if (error instanceof SdkHttpError) return `${origin} answered: ${error.message}`;
  const why = error instanceof Error ? error.message : String(error);
  return `${origin} did not answer (${why}). Nothing is lost: the same call again is not made twice`;
};
