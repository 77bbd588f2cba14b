import { randomUUID } from "node:crypto";
import type { NextWork, Work, WorkRecorded } from "../api.ts";
import { BuddyRefusal, isPassing, NoToken, WorkerEnded } from "../errors.ts";
import type { Http } from "../http.ts";
import { about, pause } from "../pause.ts";
import { lessOf, type Said } from "./outcome.ts";
import { outcomeOf, type WorkerTool } from "./tool.ts";

type Call = NonNullable<Work["call"]>;

export type WorkerOptions = {
  /** By the names of their contracts. */
  readonly tools: Readonly<Record<string, WorkerTool>>;
  /** How many calls may be under way at once; 8 unless said. */
  readonly atOnce?: number;
  /**
   * Told what nobody waits for: an answer that was not taken, a function for tokens that gives none, once until it gives
   * one. `process.emitWarning` unless said.
   */
  readonly onProblem?: (error: Error) => void;
};

export type Worker = {
  /**
   * Takes no more calls, and waits until those under way are answered: one that Buddy had given this worker by then, and
   * whose way here is not over, is among them.
   */
  readonly stop: () => Promise<void>;
  /** Fulfilled once stopped. @throws WorkerEnded where it could not go on, such as without a token that is believed */
  readonly ended: Promise<void>;
  /** Aborted, with a WorkerEnded, when it takes no more calls: for those who would wait for one. */
  readonly over: AbortSignal;
};

/** The longest that the API holds the question for a call, in seconds. */
const WAIT_SECONDS = 20;
/** How long a worker that stops tries to say so. */
const LAST_WORD_MS = 5_000;
const PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 10_000;

/** Takes calls, does them, and says what came of them, until it is stopped. */
export const startWorker = (asking: Http, options: WorkerOptions): Worker => {
  const { tools, atOnce = 8, onProblem = (error) => process.emitWarning(error) } = options;
  const http = tellingOfNoToken(asking, onProblem);
  const stopping = new AbortController();
  const underWay = new Set<Promise<void>>();
  /** One that is handed out again while it still runs here is not begun anew. */
  const running = new Map<string, Promise<Said>>();
  const names = Object.keys(tools);
  /** The question that no answer came to: Buddy may have given a call for it, which nobody else is given. */
  let unanswered: string | undefined;

  const take = async (): Promise<Call | null> => {
    const { signal } = stopping;
    if (unanswered !== undefined) return end(unanswered, signal);
    const question = randomUUID();
    const body: NextWork = { tools: names, wait_seconds: WAIT_SECONDS, question };
    unanswered = question;
    const { call } = await http<Work>({ method: "POST", path: "/work/next", body, signal, repeatable: false });
    unanswered = undefined;
    return call;
  };

  /** Ends the question, which is given nothing from then on. @returns the call that it was given before */
  const end = async (question: string, signal: AbortSignal): Promise<Call | null> => {
    const body: NextWork = { tools: names, wait_seconds: 0, question, over: true };
    const { call } = await http<Work>({ method: "POST", path: "/work/next", body, signal, repeatable: true });
    unanswered = undefined;
    return call;
  };

  const begin = (call: Call): void => {
    const answered: Promise<void> = run(call)
      .then((outcome) => post(http, call, outcome))
      .catch((error: unknown) => onProblem(errorOf(error)))
      .finally(() => underWay.delete(answered));
    underWay.add(answered);
  };

  const endLast = async (): Promise<void> => {
    if (unanswered === undefined) return;
    try {
      const call = await end(unanswered, AbortSignal.timeout(LAST_WORD_MS));
      if (call !== null) begin(call);
    } catch (error) {
      onProblem(lastWordLost(error));
    }
  };

  const run = (call: Call): Promise<Said> => {
    const tool = Object.hasOwn(tools, call.tool_name) ? tools[call.tool_name] : undefined;
    if (tool === undefined) throw new RangeError(`a call of ${call.tool_name} was given, which was not asked for`);
    const place = `${call.rung} ${call.idempotency_key}`;
    const signal = endingAt(Date.parse(call.deadline));
    const outcome = running.get(place) ?? outcomeOf(tool, call, signal).finally(() => running.delete(place));
    running.set(place, outcome);
    return outcome;
  };

  const ask = async (): Promise<void> => {
    for (let rest = PAUSE_MS; !stopping.signal.aborted; ) {
      if (underWay.size >= atOnce) {
        await Promise.race(underWay);
        continue;
      }
      try {
        const call = await take();
        rest = PAUSE_MS;
        if (call !== null) begin(call);
      } catch (error) {
        if (stopping.signal.aborted) break;
        if (!isPassing(error)) throw ended(error);
        await pause(about(rest), stopping.signal).catch(() => {});
        rest = Math.min(LONGEST_PAUSE_MS, rest * 2);
      }
    }
    await endLast();
    await Promise.all(underWay);
  };

  const whole = ask();
  const over = new AbortController();
  whole.then(
    () => over.abort(new WorkerEnded("the worker was stopped", { remedy: "close a connection after its last call" })),
    (error: unknown) => {
      over.abort(ended(error));
      onProblem(ended(error));
    },
  );
  return {
    ended: whole,
    over: over.signal,
    stop: async () => {
      stopping.abort();
      await whole.catch(() => {});
    },
  };
};

/** The program's own function fails, and the worker goes on without calls: nobody else would ever say so. */
const tellingOfNoToken = (http: Http, onProblem: (error: Error) => void): Http => {
  let told = false;
  return async (request) => {
    try {
      const reply = await http<never>(request);
      told = false;
      return reply;
    } catch (error) {
      const isNew = error instanceof NoToken && !told;
      told ||= isNew;
      if (isNew) onProblem(error);
      throw error;
    }
  };
};

const errorOf = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(String(thrown)));

/** Aborted from that moment on: one of `AbortSignal.timeout(0)` is not yet, in the turn that makes it. */
const endingAt = (deadline: number): AbortSignal => {
  const left = deadline - Date.now();
  return left > 0 ? AbortSignal.timeout(left) : AbortSignal.abort(new DOMException("its time is over", "TimeoutError"));
};

const ended = (cause: unknown): WorkerEnded => {
  if (cause instanceof WorkerEnded) return cause;
  const remedy = cause instanceof BuddyRefusal ? cause.remedy : undefined;
  const why = cause instanceof BuddyRefusal ? cause.detail : cause instanceof Error ? cause.message : String(cause);
  return new WorkerEnded(`the worker takes no more calls: ${why}`, { remedy, cause });
};

const lastWordLost = (cause: unknown): WorkerEnded => {
  const why = `Buddy could not be told that this worker takes no more calls: ${errorOf(cause).message}`;
  return new WorkerEnded(why, { remedy: "look for a call of unknown outcome, which it may have been given", cause });
};

/** Statuses of words that are not taken for what they hold: of the outcome they say nothing. */
const NOT_AS_IT_IS: readonly number[] = [400, 413];

/** Until it is taken: the first answer stands, so the same again changes nothing. @throws BuddyRefusal of what is not taken */
const post = async (http: Http, call: Call, said: Said): Promise<void> => {
  for (let rest = PAUSE_MS; ; rest = Math.min(LONGEST_PAUSE_MS, rest * 2)) {
    try {
      const path = `/work/${encodeURIComponent(call.call_id)}/outcome`;
      await http<WorkRecorded>({ method: "POST", path, body: said, repeatable: true });
      return;
    } catch (error) {
      if (error instanceof BuddyRefusal && NOT_AS_IT_IS.includes(error.status)) {
        const less = lessOf(said, error.message);
        if (less !== undefined) return post(http, call, less);
      }
      if (!isPassing(error)) throw error;
      await pause(about(rest));
    }
  }
};
