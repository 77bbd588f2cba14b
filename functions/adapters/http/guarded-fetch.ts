import type { IncomingMessage } from "node:http";
import type { OutgoingRequest } from "../../../shared/ports/http.ts";
import { chunksOf, UnreadableBody } from "./answer.ts";
import { type ClientOptions, guardedConnections, type Sending } from "./connections.ts";

/** An answer whose body is read as it comes, up to the limit that every body has. A redirect is an answer. */
export type GuardedFetch = (request: OutgoingRequest, sending: Sending) => Promise<Response>;

/** Statuses of answers that cannot have a body. */
const WITHOUT_BODY = [204, 205, 304];

/** Servers may write any three digits; a `Response` takes these, and what is below 200 is no answer yet. */
const isOfAnAnswer = (status: number): boolean => status >= 200 && status <= 599;

/**
 * Requests of libraries that bring their own protocol, by the same way out. `most`: bytes of a body, where who reads it
 * keeps less. @throws as of `guardedClient`
 */
export const guardedFetch = (options: ClientOptions, most?: number): GuardedFetch => {
  const connect = guardedConnections(options);
  return async (request, sending) => {
    const message = await connect(request, sending);
    const status = message.statusCode ?? 500;
    if (!isOfAnAnswer(status)) {
      message.destroy();
      throw new UnreadableBody(`it answered with status ${status}, which is none that HTTP has`);
    }
    const headers = headersOf(message);
    if (!WITHOUT_BODY.includes(status)) return new Response(bodyFrom(message, most), { status, headers });
    message.destroy();
    return new Response(null, { status, headers });
  };
};

/** Of the body that is handed on, which is decompressed. */
const OF_THE_ENCODED = ["content-encoding", "content-length", "transfer-encoding"];

const headersOf = (message: IncomingMessage): Headers => {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(message.headersDistinct)) {
    if (!OF_THE_ENCODED.includes(name)) for (const value of values) headers.append(name, value);
  }
  return headers;
};

/** The body as somebody reads it; whoever never begins to, and says so, leaves no connection open either. */
const bodyFrom = (message: IncomingMessage, most: number | undefined): ReadableStream<Uint8Array> => {
  const chunks = chunksOf(message, most);
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const next = await chunks.next();
        if (next.done === true) controller.close();
        else controller.enqueue(next.value);
      },
      cancel: async () => {
        message.destroy();
        await chunks.return(undefined);
      },
    },
    { highWaterMark: 0 },
  );
};
