import type { IncomingMessage } from "node:http";
import type { Answer, HttpClient } from "../../../shared/ports/http.ts";
import { outerLimitMs } from "../outer-limit.ts";
import { bodyOf } from "./answer.ts";
import { type ClientOptions, exchanged, guardedConnections } from "./connections.ts";
import { passingError, passingStatus } from "./passing.ts";
import { retryAfterSeconds } from "./retry-after.ts";
import { wordsOf } from "./why-nothing-came.ts";

/** Requests of tools that are one request and one answer. @throws Error for a network among the options that is none */
export const guardedClient = (options: ClientOptions): HttpClient => {
  const connect = guardedConnections(options);
  return {
    send: async (request, limits) => {
      const { signal } = limits;
      const timeout = AbortSignal.timeout(outerLimitMs(limits));
      const stop = signal === undefined ? timeout : AbortSignal.any([signal, timeout]);
      const state = { sent: false };
      try {
        return await exchanged(connect, request, { stop, state }, answerOf);
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

const answerOf = async (message: IncomingMessage): Promise<Answer> => {
  const { statusCode: status = 0 } = message;
  const read = await bodyOf(message);
  const again = retryAfterSeconds(status, message.headers["retry-after"], Date.now());
  const pushed = again === undefined ? {} : { again_in_seconds: again };
  return { kind: "answered", status, ...read, ...pushed, ...passingStatus(status) };
};
