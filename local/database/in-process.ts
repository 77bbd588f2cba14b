import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

type Handler = DynamoDBClient["config"]["requestHandler"];

type Request = { method: string; path: string; headers: Record<string, string>; body?: unknown };
type Response = { statusCode: number; headers: Record<string, string>; body: Buffer };

/** The way in, until it ends. */
export type WayIn = {
  readonly handler: Handler;
  /** Refuses every request from now on, and waits for those under way. */
  end(): Promise<void>;
};

/**
 * Hands the SDK's requests to an HTTP server in the same process, without a socket: no port is open that a web page or
 * another user of the machine could reach, and a request takes about two thirds of the time.
 */
export const inProcess = (server: Server): WayIn => {
  const underway = new Set<Promise<unknown>>();
  let ended = false;
  const answer = (request: Request) =>
    new Promise<{ response: Response }>((resolve) => {
      const incoming = new IncomingRequest(request);
      server.emit("request", incoming, new OutgoingResponse((response) => resolve({ response })));
      incoming.emit("data", bytesOf(request.body));
      incoming.emit("end");
    });
  const handle = async (request: Request): Promise<{ response: Response }> => {
    if (ended) throw new Error("the database is closed");
    const answered = answer(request);
    underway.add(answered);
    try {
      return await answered;
    } finally {
      underway.delete(answered);
    }
  };
  return {
    handler: { metadata: { handlerProtocol: "http/1.1" }, handle },
    end: async () => {
      ended = true;
      await Promise.allSettled(underway);
    },
  };
};

/** As much of an incoming message as the server looks at. */
class IncomingRequest extends EventEmitter {
  readonly method: string;
  readonly url: string;
  readonly headers: Record<string, string>;

  constructor(request: Request) {
    super();
    this.method = request.method;
    this.url = request.path;
    this.headers = request.headers;
  }
}

/** As much of a server response as the server writes: it sends every answer whole. */
class OutgoingResponse {
  statusCode = 200;
  readonly #headers: Record<string, string> = {};
  readonly #send: (response: Response) => void;

  constructor(send: (response: Response) => void) {
    this.#send = send;
  }

  setHeader(name: string, value: unknown): void {
    this.#headers[name.toLowerCase()] = String(value);
  }

  end(body = ""): void {
    this.#send({ statusCode: this.statusCode, headers: this.#headers, body: Buffer.from(body) });
  }
}

const bytesOf = (body: unknown): Buffer => {
  if (typeof body === "string") return Buffer.from(body);
  if (body instanceof Uint8Array) return Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  throw new TypeError("the SDK sent a body that is neither text nor bytes");
};
