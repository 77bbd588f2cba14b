import type { Notices } from "../../../shared/ports/webhooks.ts";
import { type ClientOptions, guardedConnections, wordsOf } from "./connections.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/**
 * Requests of which only the status counts: no byte of an answer's body is read, so that nobody can keep a sender busy
 * with it. @throws Error for a network among the options that is none
 */
export const guardedNotices = (options: ClientOptions): Notices => {
  const connect = guardedConnections(options);
  return {
    send: async ({ url, headers, body }, timeout_ms) => {
      const stop = AbortSignal.timeout(timeout_ms);
      try {
        const request = { method: "POST", url, headers, body, hosts: [new URL(url).host] };
        const message = await connect(request, { stop, state: { sent: false } });
        message.destroy();
        const status = message.statusCode ?? 0;
        const again = retryAfterSeconds(status, message.headers["retry-after"], Date.now());
        return { kind: "answered", status, ...(again === undefined ? {} : { again_in_seconds: again }) };
      } catch (error) {
        return { kind: "failed", error: stop.aborted ? "no answer came in time" : wordsOf(error) };
      }
    },
  };
};
