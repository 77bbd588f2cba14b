import type { HttpClient } from "../../../shared/ports/http.ts";
import { bodyOf } from "./answer.ts";
import { type ClientOptions, guardedConnections, unlessStopped, wordsOf } from "./connections.ts";
import { passingError, passingStatus } from "./passing.ts";
import { retryAfterSeconds } from "./retry-after.ts";

/** Requests of tools that are one request and one answer. @throws Error for a network among the options that is none */
export const guardedClient = (options: ClientOptions): HttpClient => {
  const connect = guardedConnections(options);
  return {
    send: async (request, { signal, timeout_ms }) => {
      const timeout = AbortSignal.timeout(timeout_ms);
      const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      const state = { sent: false };
      try {
        const message = await connect(request, { stop, state });
        // A body that breaks off or never ends is waited for no longer than the rest.
        const body = await unlessStopped(bodyOf(message), stop).finally(() => message.destroy());
        const again = retryAfterSeconds(message.statusCode, message.headers["retry-after"], Date.now());
        const pushed = again === undefined ? {} : { again_in_seconds: again };
        return {
          ...{ kind: "answered", status: message.statusCode ?? 0, body },
          ...pushed,
          ...passingStatus(message.statusCode),
        };
      } catch (error) {
        const words = stop.aborted ? "no whole answer came in time" : wordsOf(error);
        const passing = stop.aborted ? {} : passingError(error);
        return state.sent
          ? { kind: "unknown", error: words, timed_out: stop.aborted, ...passing }
          : { kind: "not_sent", error: stop.aborted ? "no connection came about in time" : words, ...passing };
      }
    },
  };
};
