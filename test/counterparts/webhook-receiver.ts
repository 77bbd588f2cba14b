import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";
import { listeningPort } from "./listening-port.ts";

/** How the next request is answered; after that, as well as ever. */
export type Misbehaviour = number | "reset" | "silent" | "redirect" | "endless_body";

export type Received = {
  readonly id: string;
  /** Verified by the public library under one of the secrets that the receiver has. */
  readonly verified: boolean;
  readonly payload: unknown;
};

export type WebhookReceiver = {
  readonly url: string;
  readonly host: string;
  readonly received: readonly Received[];
  /** Secrets that it verifies with, any of them. */
  trust(...secrets: string[]): void;
  misbehave(...how: Misbehaviour[]): void;
  /** Resolves when so many requests have come in all. */
  until(count: number): Promise<void>;
  stop(): Promise<void>;
};

/** A receiver of events on loopback, as a team writes one with the library of the Standard Webhooks specification. */
export const startWebhookReceiver = async (): Promise<WebhookReceiver> => {
  const received: Received[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  let next: Misbehaviour[] = [];
  let secrets: readonly string[] = [];

  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await text(request);
    received.push({ id: String(request.headers["webhook-id"]), ...verified(secrets, body, request.headers) });
    const how = next.shift() ?? 204;
    for (const each of waiting.filter(({ count }) => received.length >= count)) each.resolve();
    if (how === "reset") request.socket.resetAndDestroy();
    else if (how === "redirect")
      response.writeHead(307, { location: `http://${request.headers.host}/elsewhere` }).end();
    else if (how === "endless_body") response.writeHead(200).write("x");
    else if (how !== "silent") response.writeHead(how).end();
  };
  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${listeningPort(server)}`;
  return {
    url: `http://${host}/buddy`,
    host,
    received,
    trust: (...given) => {
      secrets = given;
    },
    misbehave: (...how) => {
      next = [...next, ...how];
    },
    until: (count) =>
      new Promise((resolve) => (received.length >= count ? resolve() : waiting.push({ count, resolve }))),
    stop: () =>
      new Promise((resolve, reject) => {
        server.close((error) => (error === undefined ? resolve() : reject(error)));
        server.closeAllConnections();
      }),
  };
};

const verified = (
  secrets: readonly string[],
  body: string,
  headers: IncomingMessage["headers"],
): Omit<Received, "id"> => {
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  for (const secret of secrets) {
    try {
      return { verified: true, payload: new Webhook(secret).verify(body, flat) };
    } catch {
      // Not under this one.
    }
  }
  return { verified: false, payload: null };
};
