import type { IncomingMessage } from "node:http";
import type { Notices } from "../../../shared/ports/webhooks.ts";
import { chunksOf } from "./answer.ts";
import { type ClientOptions, guardedConnections, wordsOf } from "./connections.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/**
 * Requests of which only the status counts: no byte of an answer's body is read, so that nobody can keep a sender busy
 * with it, but where a notice says that it reads it; then up to the limit of an output. @throws Error for a network among the options that is none
 */
export const guardedNotices = (options: ClientOptions): Notices => {
  const connect = guardedConnections(options);
  return {
    send: async ({ url, headers, body, reads }, timeout_ms) => {
      const stop = AbortSignal.timeout(timeout_ms);
      try {
        const request = { method: "POST", url, headers, body, hosts: [new URL(url).host] };
        const message = await connect(request, { stop, state: { sent: false } });
        const text = reads === true ? { text: await textIn(message) } : {};
        message.destroy();
        const status = message.statusCode ?? 0;
        const again = retryAfterSeconds(status, message.headers["retry-after"], Date.now());
        return { kind: "answered", status, ...(again === undefined ? {} : { again_in_seconds: again }), ...text };
      } catch (error) {
        return { kind: "failed", error: stop.aborted ? "no answer came in time" : wordsOf(error) };
      }
    },
  };
};

const textIn = async (message: IncomingMessage): Promise<string> =>
  Buffer.concat(await Array.fromAsync(chunksOf(message))).toString();
