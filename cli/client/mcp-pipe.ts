import { randomUUID } from "node:crypto";
import { Readable, type Writable } from "node:stream";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import {
  isJSONRPCNotification,
  isJSONRPCRequest,
  isJSONRPCResultResponse,
  type JSONRPCMessage,
  type JSONRPCRequest,
  SdkHttpError,
} from "@modelcontextprotocol/server";
import { StdioServerTransport } from "@modelcontextprotocol/server/stdio";
import { z } from "zod";
import { META_PREFIX } from "../../shared/contracts/offer/offered-tool.ts";
import { linesTaken } from "./lines-taken.ts";
import { onlyReads } from "./reading-tools.ts";

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

const KEY = `${META_PREFIX}idempotency_key`;

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
  const underway = new Map<string | number, { message: JSONRPCRequest; controller: AbortController }>();
  const keys = new KeysOfCalls((name) => onlyReads(url, patient, name));
  const { promise: ended, resolve: end } = Promise.withResolvers<void>();

  const toServer = async (message: JSONRPCMessage): Promise<void> => {
    if (isJSONRPCNotification(message) && message.method === "notifications/cancelled") {
      // Over HTTP a request that nobody waits for is one whose connection is closed.
      const given = cancelled.safeParse(message.params);
      if (given.success) underway.get(given.data.requestId)?.controller.abort();
      return;
    }
    if (!isJSONRPCRequest(message)) return server.send(message);
    const controller = new AbortController();
    underway.set(message.id, { message, controller });
    await server.send(await keys.named(message), { requestSignal: controller.signal });
  };
  const toClient = async (message: JSONRPCMessage): Promise<void> => {
    if (isJSONRPCResultResponse(message)) {
      keys.answered(underway.get(message.id)?.message);
      const version = initialized.safeParse(message.result);
      if (version.success) server.setProtocolVersion(version.data.protocolVersion);
    }
    if ("id" in message && message.id !== undefined && !("method" in message)) underway.delete(message.id);
    await client.send(message);
  };

  client.onmessage = (message) => {
    toServer(message).catch(async (error: unknown) => {
      if (!isJSONRPCRequest(message) || underway.get(message.id)?.controller.signal.aborted === true) return;
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
  for (const { controller } of underway.values()) controller.abort();
  await server.close();
};

/**
 * A call whose answer is lost is asked for again under its key, and answered for the first: its client never sees the gap.
 * A client that gave up, or was told that there is no answer, and makes the very same call again is one of those; of a
 * tool that only reads, which the server is asked about at that moment, it gets what is there now.
 */
class KeysOfCalls {
  /** By what calls ask for, from their sending until they were answered. */
  private readonly unanswered = new Map<string, string>();
  private readonly onlyReads: (name: string) => Promise<boolean>;

  constructor(onlyReads: (name: string) => Promise<boolean>) {
    this.onlyReads = onlyReads;
  }

  async named(message: JSONRPCRequest): Promise<JSONRPCRequest> {
    const same = sameCall(message);
    if (same === undefined) return message;
    const { params } = message;
    const kept = this.unanswered.get(same);
    const key = kept === undefined || (await this.onlyReads(String(params?.name))) ? randomUUID() : kept;
    this.unanswered.set(same, key);
    return { ...message, params: { ...params, _meta: { [KEY]: key, ...params?._meta } } };
  }

  answered(message: JSONRPCRequest | undefined): void {
    const same = message && sameCall(message);
    if (same !== undefined) this.unanswered.delete(same);
  }
}

/** All that a call asks for, but for how long it is waited for; undefined of any other request. */
const sameCall = ({ method, params }: JSONRPCRequest): string | undefined => {
  if (method !== "tools/call") return undefined;
  const words = Object.entries(params?._meta ?? {}).filter(
    ([name]) => name.startsWith(META_PREFIX) && name !== `${META_PREFIX}wait_seconds`,
  );
  return JSON.stringify([params?.name, params?.arguments, words]);
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
