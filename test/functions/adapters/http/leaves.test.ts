import { createServer, type Server } from "node:http";
import { gzipSync } from "node:zlib";
import { afterEach, expect, it } from "vitest";
import { guardedFetch } from "../../../../functions/adapters/http/guarded-fetch.ts";

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

/** A server that begins an answer and never ends it; `left`: the other side has closed the connection. */
const startEndless = async (encoding: string): Promise<{ host: string; left: Promise<void> }> => {
  const { promise: left, resolve } = Promise.withResolvers<void>();
  const started = createServer((_request, response) => {
    response.writeHead(200, { "content-type": "text/event-stream", "content-encoding": encoding });
    response.write(encoding === "gzip" ? gzipSync("data: 1\n\n") : "data: 1\n\n");
    response.once("close", () => resolve());
  });
  server = started;
  await new Promise<void>((resolved) => started.listen(0, "127.0.0.1", resolved));
  const address = started.address();
  if (address === null || typeof address === "string") throw new Error("it listens on a port");
  return { host: `127.0.0.1:${address.port}`, left };
};

it.each([
  ["identity", 0],
  ["identity", 1],
  ["gzip", 0],
  ["gzip", 1],
])("an endless answer in %s that is left after %i readings leaves no connection open", async (encoding, readings) => {
  const { host, left } = await startEndless(encoding);
  const reach = { allowed_hosts: [host], networks: [], loopback: true };
  const request = { method: "GET", url: `http://${host}/`, headers: {}, hosts: [host] };
  const sending = { stop: new AbortController().signal, state: { sent: false } };
  const { body } = await guardedFetch(reach)(request, sending);
  const reader = body?.getReader();
  for (let count = 0; count < readings; count += 1) expect((await reader?.read())?.done).toBe(false);
  await reader?.cancel();
  await left;
});
