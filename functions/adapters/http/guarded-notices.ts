import type { IncomingMessage } from "node:http";
import type { NoticeAnswer, Notices } from "../../../shared/ports/webhooks.ts";
import { chunksOf } from "./answer.ts";
import { type ClientOptions, exchanged, guardedConnections } from "./connections.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { wordsOf } from "./why-nothing-came.ts";

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
        const sending = { stop, state: { sent: false } };
        return await exchanged(connect, request, sending, (message) => answerOf(message, reads === true));
      } catch (error) {
        return { kind: "failed", error: stop.aborted ? "no answer came in time" : wordsOf(error) };
      }
    },
  };
};

const answerOf = async (message: IncomingMessage, reads: boolean): Promise<NoticeAnswer> => {
  const text = reads ? { text: await textIn(message) } : {};
  const { statusCode: status = 0 } = message;
  const again = retryAfterSeconds(status, message.headers["retry-after"], Date.now());
  return { kind: "answered", status, ...(again === undefined ? {} : { again_in_seconds: again }), ...text };
};

const textIn = async (message: IncomingMessage): Promise<string> =>
  Buffer.concat(await Array.fromAsync(chunksOf(message))).toString();
