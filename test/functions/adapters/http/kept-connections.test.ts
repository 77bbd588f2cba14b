import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { Socket } from "node:net";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { guardedClient } from "../../../../functions/adapters/http/guarded-client.ts";
import type { HttpClient, OutgoingRequest } from "../../../../shared/ports/http.ts";
import { listeningPort } from "../../../counterparts/listening-port.ts";

/** Longer than any test takes. */
const KEPT_MS = 60_000;

let server: Server;
let host: string;
let connections: Socket[];
/** The connection that each request came by, as the number of its place among all. */
let came_by: number[];
/** How the next requests are met: the connection is closed without an answer. */
let hangs_up: boolean;

beforeEach(async () => {
  connections = [];
  came_by = [];
  hangs_up = false;
  server = createServer((request, response) => {
    came_by.push(connections.indexOf(request.socket));
    if (hangs_up) request.socket.destroy();
    else response.end("here");
  });
  server.on("connection", (socket) => connections.push(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  host = `localhost:${listeningPort(server)}`;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

const clientOf = (keep: { keep_ms?: number; resolve?: (name: string) => Promise<string[]> } = { keep_ms: KEPT_MS }) =>
  guardedClient({ allowed_hosts: [host], networks: [], loopback: true, resolve: async () => ["127.0.0.1"], ...keep });

const get = (): OutgoingRequest => ({ method: "GET", url: `http://${host}/`, headers: {}, hosts: [host] });
const look = (client: HttpClient) => client.send({ ...get(), only_looks: true }, { timeout_ms: 60_000 });
const act = (client: HttpClient) => client.send(get(), { timeout_ms: 60_000 });

const HERE = { kind: "answered", status: 200, body: "here" };

describe("connections that are kept", () => {
  it("requests that only look go by one connection, one after the other, and nothing piles up at it", async () => {
    const warned = vi.spyOn(process, "emitWarning");
    const client = clientOf();
    for (let times = 0; times < 20; times += 1) expect(await look(client)).toEqual(HERE);
    expect(new Set(came_by)).toEqual(new Set([0]));
    expect(warned).not.toHaveBeenCalled();
    warned.mockRestore();
  });

  it("a request that acts goes by a connection of its own, and leaves none behind", async () => {
    const client = clientOf();
    await look(client);
    await act(client);
    await act(client);
    await look(client);
    expect(came_by).toEqual([0, 1, 2, 0]);
  });

  it("no connection is kept where nobody said for how long", async () => {
    const client = clientOf({});
    await look(client);
    await look(client);
    expect(came_by).toEqual([0, 1]);
  });

  it("what looks is sent again, once, by a new connection where the kept one breaks before its answer", async () => {
    const client = clientOf();
    await look(client);
    hangs_up = true;
    expect(await look(client)).toMatchObject({ kind: "unknown", passing: true });
    expect(came_by).toEqual([0, 0, 1]);
  });

  it("a kept connection that the other side has closed is noticed, and what looks is answered by a new one", async () => {
    const client = clientOf();
    await look(client);
    connections[0]?.destroy();
    expect(await look(client)).toEqual(HERE);
    expect(came_by).toEqual([0, 1]);
  });

  it("a name that has another address since is not reached by the connection to the one before", async () => {
    let addresses = ["127.0.0.1"];
    const client = clientOf({ keep_ms: KEPT_MS, resolve: async () => addresses });
    await look(client);
    addresses = ["127.0.0.2", "127.0.0.1"];
    await look(client);
    addresses = ["10.0.0.1"];
    expect(await look(client)).toMatchObject({ kind: "not_sent" });
    addresses = ["127.0.0.1"];
    await look(client);
    expect(came_by[0]).toBe(0);
    expect(came_by.at(-1)).toBe(0);
    expect(came_by[1]).not.toBe(0);
    expect(came_by).toHaveLength(3);
  });

  it("a host that is allowed no more is not reached by a connection that was made when it was", async () => {
    const client = clientOf();
    await look(client);
    const elsewhere = { ...get(), only_looks: true as const, hosts: ["localhost:1"] };
    expect(await client.send(elsewhere, { timeout_ms: 60_000 })).toMatchObject({ kind: "not_sent" });
    expect(came_by).toEqual([0]);
  });
});
