import { randomUUID } from "node:crypto";
import type { CallReply, CallRequest } from "./api.ts";
import { BuddyError, BuddyRefusal, isPassing, NoToken } from "./errors.ts";
import type { Http } from "./http.ts";
import { about, pause } from "./pause.ts";

/** A call to make; `agent_id` is that of the connection unless said. */
export type CallOf = Omit<CallRequest, "agent_id" | "wait_seconds"> & { readonly agent_id?: string };

export type CallOptions = {
  /** For how long the end of the call is waited for, in seconds; `Infinity`: until it has ended. 20 unless said. */
  readonly withinSeconds?: number;
  readonly signal?: AbortSignal | undefined;
  /**
   * Names this request: the same key with the same call answers about the same call for ever. One is made up unless said, by
   * which a request whose answer was lost is sent again.
   */
  readonly idempotencyKey?: string;
};

/** The longest that one request waits, in seconds. */
const LONGEST_WAIT_SECONDS = 25;
const USUAL_SECONDS = 20;

/** Between two questions that nobody took: doubled each time, up to the longer. */
const PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

export type Calls = ReturnType<typeof callsOver>;

/** Of so many calls it is known that the program was told their end; those that were told first are forgotten. */
const MOST_TOLD = 10_000;

/** One call of a tool at a time: asked for, waited for, and told once it has ended. */
export const callsOver = (http: Http, agent: string | undefined) => {
  const told = new Set<string>();
  /** Whether the program has asked for that call by its id, and was told its end. */
  const wasToldEnd = (call_id: string): boolean => told.has(call_id);

  const stands = (call_id: string, wait = 0, signal?: AbortSignal): Promise<CallReply> =>
    http<CallReply>({
      method: "GET",
      path: `/calls/${encodeURIComponent(call_id)}`,
      query: { wait },
      signal,
      repeatable: true,
    });

  const asEnded = (reply: CallReply): CallReply => {
    if (reply.outcome === "waiting") return reply;
    told.add(reply.call_id);
    const [first] = told;
    if (told.size > MOST_TOLD && first !== undefined) told.delete(first);
    return reply;
  };

  /** How a call stands, after so many seconds (25 at most) or as soon as it has ended. */
  const get = async (call_id: string, wait = 0, signal?: AbortSignal): Promise<CallReply> =>
    asEnded(await stands(call_id, wait, signal));

  /**
   * Goes on waiting for a call; the server holds each question, so that nobody asks in circles. A server that cannot be
   * asked for a while is asked again for as long as there is time.
   * @throws BuddyRefusal, BuddyUnreachable, NoToken where the last question was not answered
   */
  const wait = async (call_id: string, options: Omit<CallOptions, "idempotencyKey"> = {}): Promise<CallReply> =>
    asEnded(await waited(call_id, options));

  const waited = async (call_id: string, options: Omit<CallOptions, "idempotencyKey">): Promise<CallReply> => {
    const { withinSeconds = USUAL_SECONDS, signal } = options;
    const until = Date.now() + withinSeconds * 1_000;
    for (let rest = PAUSE_MS; ; ) {
      const asked = Date.now();
      const seconds = Math.max(0, Math.min(LONGEST_WAIT_SECONDS, Math.floor((until - asked) / 1_000)));
      const reply = await stands(call_id, seconds, signal).catch((error: unknown) => {
        if (!isPassing(error) || Date.now() >= until) throw error;
        return undefined;
      });
      const left = until - Date.now();
      if (reply === undefined) {
        await pause(Math.max(0, Math.min(left, about(rest))), signal);
        rest = Math.min(LONGEST_PAUSE_MS, rest * 2);
        continue;
      }
      rest = PAUSE_MS;
      if (reply.outcome !== "waiting" || left <= 0) return reply;
      // A server that did not hold the question says itself when to ask again.
      const held = Date.now() - asked;
      if (held < seconds * 900 || seconds === 0) await pause(Math.min(left, reply.poll_after_seconds * 1_000), signal);
    }
  };

  /**
   * Makes a call and waits for its end. The same call of the same agent, while it waits or until somebody was told its
   * end, is the same call, whichever process asks: `attached` says so. One whose request broke off is asked for again under
   * its key for as long as there is time. One that was taken and cannot be asked about any more is told as waiting, which
   * is the last that is known of it: its end may have been told in an answer that was lost. With `goes_on_with`, its
   * `call_id`, the same call is that one for ever, and is a new one else.
   * @throws BuddyRefusal where the call cannot be taken, or one that was, which it names, cannot be asked about by this
   * caller any more; BuddyUnreachable; NoToken, which names it too where there was none until the end of the time
   */
  const make = async (call: CallOf, options: CallOptions = {}): Promise<CallReply> => {
    const { withinSeconds = USUAL_SECONDS, signal, idempotencyKey = randomUUID() } = options;
    const until = Date.now() + withinSeconds * 1_000;
    const secondsLeft = (): number => (until - Date.now()) / 1_000;
    const reply = await http<CallReply>({
      method: "POST",
      path: "/calls",
      // For how long it is waited for is no part of the call.
      body: () => ({ agent_id: agent, ...call, wait_seconds: Math.max(0, Math.min(secondsLeft(), USUAL_SECONDS)) }),
      headers: { "idempotency-key": idempotencyKey },
      signal,
      repeatable: true,
      sitOutUntil: until,
    });
    const left = secondsLeft();
    if (reply.outcome !== "waiting" || left < 1) return reply;
    return waited(reply.call_id, { withinSeconds: left, signal }).catch((error: unknown) => {
      if (isForTheCaller(error)) throw new BuddyRefusal(error.problem, { taken: reply });
      if (error instanceof NoToken) throw new NoToken(error.why, { cause: error.cause, taken: reply });
      if (!(error instanceof BuddyError)) throw error;
      return reply;
    });
  };

  return { make, get, wait, wasToldEnd };
};

/** Waiting mends none of these: a token that is over, a call of somebody else. */
const FOR_THE_CALLER = new Set([401, 403, 404]);

const isForTheCaller = (error: unknown): error is BuddyRefusal =>
  error instanceof BuddyRefusal && FOR_THE_CALLER.has(error.status);
