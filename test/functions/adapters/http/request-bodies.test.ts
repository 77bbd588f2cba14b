import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import type { HttpClient, OutgoingRequest } from "../../../../shared/ports/http.ts";
import { listeningPort } from "../../../counterparts/listening-port.ts";

/** Longer than any test takes. */
const LONG_MS = 60_000;

let server: Server;
let host: string;
let connections: Socket[];
/** Every request that the server could read, and the connection it came by as the number of its place among all. */
let came: { method: string | undefined; length: string | undefined; body: string; by: number }[];
/** Bytes that the server was sent and could not read as a request. */
let strays: number;

beforeEach(async () => {
  connections = [];
  came = [];
  strays = 0;
  server = createServer(async (request, response) => {
    const { method, headers, socket } = request;
    const body = await text(request);
    came.push({ method, length: headers["content-length"], body, by: connections.indexOf(socket) });
    response.end(`answer ${came.length}`);
  });
  server.on("connection", (socket) => connections.push(socket));
  server.on("clientError", (_error, socket) => {
    strays += 1;
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `localhost:${listeningPort(server)}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const clientOf = (keep: { keep_ms?: number } = {}): HttpClient =>
  guardedClient({ allowed_hosts: [host], networks: [], loopback: true, resolve: async () => ["127.0.0.1"], ...keep });

const requestOf = (method: string, body?: string): OutgoingRequest => ({
  method,
  url: `http://${host}/things/t1`,
  headers: {},
  hosts: [host],
  ...(body === undefined ? {} : { body }),
});

/** One that is a request of its own to whoever does not know that it is a body. */
const LIKE_A_REQUEST = "POST /things/t2 HTTP/1.1\r\nHost: elsewhere\r\nContent-Length: 0\r\n\r\n";

const WITH_BODIES = ["POST", "PUT", "PATCH", "DELETE", "GET", "OPTIONS"].flatMap((method) =>
  ['{"only_if":"draft"}', "name=J%C3%BCrg", '{"name":"Jürg"}', "", LIKE_A_REQUEST].map((body) => ({ method, body })),
);

it.each(WITH_BODIES)("a $method with the body $body arrives as one request that has it", async ({ method, body }) => {
  const answer = await clientOf().send(requestOf(method, body), { timeout_ms: LONG_MS });
  expect(answer).toEqual({ kind: "answered", status: 200, body: "answer 1" });
  expect(came).toEqual([{ method, length: String(Buffer.byteLength(body)), body, by: 0 }]);
  expect(strays).toBe(0);
});

it.each(["DELETE", "GET", "HEAD"])("a %s without a body says no length of one", async (method) => {
  await clientOf().send(requestOf(method), { timeout_ms: LONG_MS });
  expect(came).toEqual([{ method, length: undefined, body: "", by: 0 }]);
});

it.each(WITH_BODIES)(
  "a $method that only looks leaves a connection on which its body $body is over",
  async ({ method, body }) => {
    const client = clientOf({ keep_ms: LONG_MS });
    for (const times of [1, 2, 3]) {
      const looking = { ...requestOf(method, body), only_looks: true as const };
      const answer = await client.send(looking, { timeout_ms: LONG_MS });
      expect(answer).toEqual({ kind: "answered", status: 200, body: `answer ${times}` });
    }
    expect(came.map((each) => [each.body, each.by])).toEqual([1, 2, 3].map(() => [body, 0]));
    expect(strays).toBe(0);
  },
);
