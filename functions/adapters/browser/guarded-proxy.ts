import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { ClientOptions } from "../http/connections.ts";
import { guardedAddresses, onlyTo } from "../http/vetted-addresses.ts";
import { NotSent } from "../http/why-nothing-came.ts";

/** A page that brings more than this, in all, is not one that somebody fills in a form on. */
const MOST_BYTES = 256 * 1_048_576;

/** Longer lists of what a page was refused help nobody. */
const MOST_REFUSALS = 50;

/** A close of a TLS connection is said in a record of 31 bytes at most, which is no answer. */
const MOST_CLOSING_BYTES = 40;

export type GuardedProxy = {
  /** `http://127.0.0.1:8123` */
  readonly url: string;
  /** Why the host was refused, where it was; undefined where it was not asked for or not refused. */
  refusal(host: string): string | undefined;
  /**
   * Chromium by itself sends a request again, whatever its method, when a connection that it had used before breaks before
   * the answer. `once`: from now on nothing goes out any more when one has broken so. `freely`: as the browser likes.
   */
  sends(how: "once" | "freely"): void;
  stop(): Promise<void>;
};

/**
 * The one way out of a browser's pages, on loopback: the browser itself resolves no name and connects to nothing else.
 * Each connection is looked at as a request of an `http` binding is, redirects, sockets, frames and workers included.
 */
export const guardedProxy = async (options: ClientOptions, hosts: readonly string[]): Promise<GuardedProxy> => {
  const vet = guardedAddresses(options);
  const refusals = new Map<string, string>();
  const open = new Set<Duplex>();
  let brought = 0;
  let once = false;
  let broken = false;
  /** Every other way out is closed before the browser can learn that this one broke. */
  const breakOff = (): void => {
    if (!once) return;
    broken = true;
    for (const stream of open) stream.destroy();
  };
  const keep = (stream: Duplex): void => {
    open.add(stream);
    stream.once("close", () => open.delete(stream));
    // The other end of a broken connection sees that it is closed.
    stream.on("error", () => stream.destroy());
  };
  const counted = (from: Duplex | IncomingMessage): void => {
    from.on("data", (chunk: Buffer) => {
      brought += chunk.length;
      if (brought > MOST_BYTES) from.destroy();
    });
  };
  const vetted = async (url: URL): Promise<readonly string[] | undefined> => {
    if (broken) return undefined;
    try {
      return await vet(url, hosts);
    } catch (error) {
      if (!(error instanceof NotSent)) throw error;
      if (refusals.size < MOST_REFUSALS) refusals.set(url.host, error.message);
      return undefined;
    }
  };

  const tunnel = async (target: string, browser: Duplex, head: Buffer): Promise<void> => {
    keep(browser);
    // Plain http goes by another way but for sockets (ws:), whose hosts are held to the same list.
    const url = URL.canParse(`https://${target}`) ? new URL(`https://${target}`) : undefined;
    const addresses = url === undefined ? undefined : await vetted(url);
    if (url === undefined || addresses === undefined) {
      browser.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    const port = url.port === "" ? 443 : Number(url.port);
    const service: Socket = connect({ host: url.hostname, port, lookup: onlyTo(addresses) });
    keep(service);
    let unanswered = head.length > 0;
    let answered = 0;
    browser.on("data", () => {
      unanswered = true;
      answered = 0;
    });
    service.on("data", (chunk: Buffer) => {
      answered += chunk.length;
      if (answered > MOST_CLOSING_BYTES) unanswered = false;
    });
    const mayBreakOff = (): void => {
      // A browser that has closed its own end sends nothing again.
      if (unanswered && !browser.destroyed && !browser.readableEnded) breakOff();
    };
    service.once("end", mayBreakOff);
    service.once("close", mayBreakOff);
    service.once("connect", () => {
      // The look at the rules took a moment, in which another may have broken.
      if (broken) {
        browser.destroy();
        return;
      }
      browser.write("HTTP/1.1 200 Connection Established\r\n\r\n");
      if (head.length > 0) service.write(head);
      counted(service);
      service.pipe(browser);
      browser.pipe(service);
    });
    service.once("close", () => browser.destroy());
    browser.once("close", () => service.destroy());
  };

  const forward = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const url = URL.canParse(asked.url ?? "") ? new URL(asked.url ?? "") : undefined;
    const addresses = url?.protocol === "http:" ? await vetted(url) : undefined;
    if (url === undefined || addresses === undefined) {
      // An answer would be shown as the other host's page.
      answer.destroy();
      return;
    }
    const { "proxy-connection": _, "proxy-authorization": __, ...headers } = asked.headers;
    const outgoing = request(url, { method: asked.method, headers, agent: false, lookup: onlyTo(addresses) });
    outgoing.once("response", (given) => {
      counted(given);
      answer.writeHead(given.statusCode ?? 502, given.headers);
      given.pipe(answer);
      given.once("error", () => answer.destroy());
    });
    outgoing.once("error", () => {
      if (!answer.headersSent && !answer.destroyed) breakOff();
      answer.destroy();
    });
    // An upgrade that nobody asked for closes the connection without an error.
    outgoing.once("close", () => {
      if (answer.headersSent || answer.destroyed) return;
      breakOff();
      answer.destroy();
    });
    answer.once("close", () => outgoing.destroy());
    asked.pipe(outgoing);
  };

  const server = createServer((asked, answer) => {
    forward(asked, answer).catch(() => answer.destroy());
  });
  server.on("connect", (asked, browser, head) => {
    tunnel(asked.url ?? "", browser, head).catch(() => browser.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    refusal: (host) => refusals.get(host),
    sends: (how) => {
      once = how === "once";
      broken = false;
    },
    stop: async () => {
      for (const stream of open) stream.destroy();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};
