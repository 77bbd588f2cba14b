import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { type GuardedProxy, guardedProxy } from "../../../../functions/adapters/browser/guarded-proxy.ts";
import { listeningPort } from "../../../counterparts/listening-port.ts";

/** A service that counts who comes, and does with what it is sent as it is told. */
let arrived = 0;
const leave = (_sent: Buffer, _connection: Socket): void => {};
let doWith = leave;
const service = createServer((connection) => {
  arrived += 1;
  connection.on("error", () => connection.destroy());
  connection.on("data", (sent) => doWith(sent, connection));
});
await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
const host = `localhost:${listeningPort(service)}`;

let proxy: GuardedProxy;
let sockets: Socket[] = [];
beforeEach(async () => {
  arrived = 0;
  doWith = leave;
  sockets = [];
  proxy = await guardedProxy({ allowed_hosts: [host], networks: [], loopback: true }, [host]);
});
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  await proxy.stop();
});
afterAll(() => {
  service.close();
});

const REQUEST = "POST /orders HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n\r\n";
const ANSWER = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-type: text/plain\r\n\r\nok";
/** As long as the record in which TLS says that it closes. */
const CLOSING = "x".repeat(31);

/** A connection of the browser's, through the proxy. @returns it, and the first line that it was answered */
const tunnel = async (): Promise<{ socket: Socket; said: string }> => {
  const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
  sockets.push(socket);
  socket.on("error", () => socket.destroy());
  socket.write(`CONNECT ${host} HTTP/1.1\r\nhost: ${host}\r\n\r\n`);
  const [head] = await once(socket, "data");
  return { socket, said: String(head).split("\r\n")[0] ?? "" };
};

const OPEN = "HTTP/1.1 200 Connection Established";
const SHUT = "HTTP/1.1 403 Forbidden";

describe("what a page sends once", () => {
  it.each([
    ["resets", (_: Buffer, connection: Socket) => connection.resetAndDestroy()],
    ["closes without a word", (_: Buffer, connection: Socket) => connection.end()],
    ["only says that it closes", (_: Buffer, connection: Socket) => connection.end(CLOSING)],
  ])("a page finds no other way out when the service %s: open ones are closed, new ones refused", async (_, how) => {
    const [used, idle] = [await tunnel(), await tunnel()];
    doWith = how;
    proxy.sends("once");
    const closed = Promise.all([once(used.socket, "close"), once(idle.socket, "close")]);
    used.socket.write(REQUEST);
    await closed;
    expect((await tunnel()).said).toBe(SHUT);
    expect(arrived).toBe(2);
    proxy.sends("freely");
    expect((await tunnel()).said).toBe(OPEN);
  });

  it("a page goes on by other connections when a service closes one after its answer", async () => {
    const [used, idle] = [await tunnel(), await tunnel()];
    doWith = (_, connection) => connection.end(ANSWER);
    proxy.sends("once");
    const closed = once(used.socket, "close");
    used.socket.write(REQUEST);
    used.socket.resume();
    await closed;
    expect(idle.socket.destroyed).toBe(false);
    expect((await tunnel()).said).toBe(OPEN);
  });

  it("a page's request is not held back where the browser itself closes a connection that is answered", async () => {
    doWith = (_, connection) => connection.end(ANSWER);
    const used = await tunnel();
    proxy.sends("once");
    used.socket.write(REQUEST);
    used.socket.destroy();
    await once(used.socket, "close");
    expect((await tunnel()).said).toBe(OPEN);
  });

  it("a page's request is not held back where the browser itself closes a connection that nobody has answered", async () => {
    const closed = Promise.withResolvers<void>();
    doWith = (_, connection) => connection.once("close", () => closed.resolve());
    const [used, idle] = [await tunnel(), await tunnel()];
    proxy.sends("once");
    used.socket.write(REQUEST);
    used.socket.end();
    await closed.promise;
    await once(used.socket.resume(), "close");
    expect((await tunnel()).said).toBe(OPEN);
    expect(idle.socket.destroyed).toBe(false);
  });

  it("a page finds no other way out in plain text either", async () => {
    doWith = (_, connection) => connection.resetAndDestroy();
    proxy.sends("once");
    const asked = async (): Promise<void> => {
      const socket = connect(Number(new URL(proxy.url).port), "127.0.0.1");
      sockets.push(socket);
      socket.on("error", () => socket.destroy());
      const closed = once(socket, "close");
      socket.write(`POST http://${host}/orders HTTP/1.1\r\nhost: ${host}\r\ncontent-length: 0\r\n\r\n`);
      await closed;
    };
    await asked();
    await asked();
    expect(arrived).toBe(1);
  });
});

describe("what a page sends while it is only looked at", () => {
  it("a request of a page that is only looked at may be sent again by the browser", async () => {
    const used = await tunnel();
    doWith = (_, connection) => connection.resetAndDestroy();
    const closed = once(used.socket, "close");
    used.socket.write(REQUEST);
    await closed;
    expect((await tunnel()).said).toBe(OPEN);
  });
});
