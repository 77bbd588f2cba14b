import type { Problem } from "./api.ts";
import { type BuddyError, BuddyRefusal, BuddyUnreachable, NoToken } from "./errors.ts";
import { about, pause } from "./pause.ts";

/**
 * A token, or where to get one: asked for each sending of a request, so that one that ends is replaced by the next. A
 * function that fails, as where its issuer is out of reach, is asked again as a server is that cannot be reached.
 */
export type Token = string | (() => string | Promise<string>);

export type Request = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** A function: made for each sending, as where it says for how long to wait. */
  readonly body?: object | (() => object);
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** The same request twice is the same as once: it is sent again where its answer was lost. */
  readonly repeatable: boolean;
  /**
   * In milliseconds since 1970: once a sending broke off, which may have arrived, the same is sent again until then. A
   * server that never answered is not waited for.
   */
  readonly sitOutUntil?: number;
};

export type Http = <Reply>(request: Request) => Promise<Reply>;

export type HttpOptions = {
  /** Without a slash at its end. */
  readonly url: string;
  readonly token: Token;
  readonly fetch: typeof globalThis.fetch;
};

/** Longer than any wait that the API offers, which is 25 s. */
const TIMEOUT_MS = 60_000;

/** After 0.25, 0.5, 1, 2 and 4 s at most: a server that was started anew is back by then. */
const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000];

/** After those, where a sending that broke off is sat out: doubled each time, up to the longer. */
const LATER_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 30_000;

/** Of whatever stands before the API, or of an API with no time left: the same request may succeed in a moment. */
const PASSING = new Set([502, 503, 504]);

/** The kind of an answer that is not in the API's words. */
const NOT_OF_THE_API = "unknown";
const TOO_MANY = 429;

/** Codes of a connection that never came about: nothing was asked. */
const NEVER_ASKED = new Set([
  ...["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"],
  ...["UND_ERR_CONNECT_TIMEOUT", "DEPTH_ZERO_SELF_SIGNED_CERT", "SELF_SIGNED_CERT_IN_CHAIN", "CERT_HAS_EXPIRED"],
  ...["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "ERR_TLS_CERT_ALTNAME_INVALID"],
]);

/** Requests to the API; each rejects with BuddyRefusal, BuddyUnreachable, NoToken, or what its signal was aborted with. */
export const httpOver = (options: HttpOptions): Http => {
  const once = async <Reply>(request: Request): Promise<Reply> => {
    const response = await sent(options, request);
    const text = await response.text().catch((cause: unknown) => {
      throw noAnswer(options.url, request, cause);
    });
    if (!response.ok) throw new BuddyRefusal(problemIn(response.status, text));
    return replyIn(options.url, request, text);
  };
  return async <Reply>(request: Request): Promise<Reply> => {
    let earlier: BuddyError | undefined;
    for (let rests = 0; ; rests += 1) {
      try {
        return await once<Reply>(request);
      } catch (error) {
        if (mayHaveArrived(error) && !brokeOff(earlier)) earlier = error;
        const rest = isWorthAgain(error, request) ? restOf(rests, request, earlier) : undefined;
        if (rest === undefined) throw afterEarlier(options.url, request, earlier, error);
        await pause(rest, request.signal);
      }
    }
  };
};

/** Before the same is sent again; undefined where it is not. */
const restOf = (rests: number, { sitOutUntil }: Request, earlier: BuddyError | undefined): number | undefined => {
  const [usual] = PAUSES_MS.slice(rests);
  if (usual !== undefined) return about(usual);
  const left = (sitOutUntil ?? 0) - Date.now();
  if (left <= 0 || !brokeOff(earlier)) return undefined;
  return Math.min(left, about(Math.min(LONGEST_PAUSE_MS, LATER_PAUSE_MS * 2 ** (rests - PAUSES_MS.length))));
};

const isWorthAgain = (error: unknown, { repeatable }: Request): boolean => {
  if (error instanceof BuddyUnreachable) return repeatable || !error.mayHaveHappened;
  if (error instanceof NoToken) return true;
  return repeatable && error instanceof BuddyRefusal && (PASSING.has(error.status) || isTurnedAway(error));
};

/** A gateway that lets only so many pass says so without asking the API, whose own "too many" says what of. */
const isTurnedAway = (error: unknown): boolean =>
  error instanceof BuddyRefusal && error.status === TOO_MANY && error.kind === NOT_OF_THE_API;

const mayHaveArrived = (error: unknown): error is BuddyError =>
  error instanceof BuddyUnreachable
    ? error.mayHaveHappened
    : error instanceof BuddyRefusal && PASSING.has(error.status);

/** Said to who asks, before anybody looks at what was asked for. */
const AT_THE_DOOR = new Set([401, 403, TOO_MANY]);

/**
 * The error of a request that was sent more than once: one that was sent before may have arrived, and that the last reached
 * nobody, or was turned away at the door, says nothing about it. A question changes nothing: it is told as it ended.
 */
const afterEarlier = (url: string, request: Request, earlier: BuddyError | undefined, last: unknown): unknown => {
  if (earlier === undefined || request.signal?.aborted === true || !saysNothingOfBefore(last, request)) return last;
  const why = `${inShort(earlier)}, then ${inShort(last)}`;
  return new BuddyUnreachable(url, why, { mayHaveHappened: true, idempotencyKey: keyOf(request), cause: last });
};

const saysNothingOfBefore = (last: unknown, { method }: Request): boolean => {
  if (last instanceof BuddyUnreachable) return !last.mayHaveHappened;
  if (method === "GET") return false;
  return last instanceof NoToken || (last instanceof BuddyRefusal && AT_THE_DOOR.has(last.status));
};

const inShort = (error: unknown): string => {
  if (error instanceof BuddyRefusal) return `${error.status} ${error.detail}`;
  if (error instanceof BuddyUnreachable || error instanceof NoToken) return error.why;
  return error instanceof Error ? error.message : String(error);
};

const keyOf = ({ headers = {} }: Request): string | undefined => headers["idempotency-key"];

/** A connection that broke, or something that stands between: in a while there may be an answer. */
const brokeOff = (error: BuddyError | undefined): boolean =>
  error instanceof BuddyRefusal || (error instanceof BuddyUnreachable && isOfTheLine(error.cause));

/** An error of the program's own `fetch`, or a page of something else, would be the same for ever. */
const isOfTheLine = (cause: unknown): boolean =>
  codeOf(cause) !== undefined || (cause instanceof Error && cause.name === "TimeoutError");

const sent = async ({ url, token, fetch }: HttpOptions, request: Request): Promise<Response> => {
  const { method, path, query = {}, signal } = request;
  const bearer = typeof token === "string" ? token : await gotFrom(token, signal);
  const body = typeof request.body === "function" ? request.body() : request.body;
  const address = new URL(`${url}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  const late = AbortSignal.timeout(TIMEOUT_MS);
  return fetch(address, {
    method,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${bearer}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...request.headers,
    },
    signal: signal === undefined ? late : AbortSignal.any([signal, late]),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw noAnswer(url, request, cause);
  });
};

/** @throws NoToken whatever the function does instead of giving one; what `signal` was aborted with */
const gotFrom = async (get: Exclude<Token, string>, signal: AbortSignal | undefined): Promise<string> => {
  signal?.throwIfAborted();
  const given = new AbortController();
  const late = pause(TIMEOUT_MS, signal === undefined ? given.signal : AbortSignal.any([signal, given.signal]));
  try {
    const bearer: unknown = await Promise.race([get(), late.then(tookTooLong)]);
    if (typeof bearer !== "string" || bearer.trim() === "") throw new NoToken("what it gave is no token");
    return bearer;
  } catch (cause) {
    if (cause instanceof NoToken) throw cause;
    if (signal?.aborted === true) throw signal.reason;
    throw new NoToken(reasonOf(cause), { cause });
  } finally {
    late.catch(() => {});
    given.abort();
  }
};

const tookTooLong = (): never => {
  throw new NoToken(`it took longer than ${TIMEOUT_MS / 1_000} s`);
};

/** A request that its caller gave up is told as the caller said it. */
const noAnswer = (url: string, request: Request, cause: unknown): unknown => {
  const { signal } = request;
  if (signal?.aborted === true) return signal.reason;
  const mayHaveHappened = !NEVER_ASKED.has(codeOf(cause) ?? "");
  return new BuddyUnreachable(url, reasonOf(cause), { mayHaveHappened, idempotencyKey: keyOf(request), cause });
};

const reasonOf = (cause: unknown): string => codeOf(cause) ?? (cause instanceof Error ? cause.message : String(cause));

const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return codeOf(error.cause);
};

/** A page of something that stands between is no answer of the API, whatever its status. @throws BuddyUnreachable */
const replyIn = <Reply>(url: string, request: Request, text: string): Reply => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const beside = { mayHaveHappened: true, idempotencyKey: keyOf(request), cause };
    throw new BuddyUnreachable(url, "what came is not Buddy's", beside);
  }
};

/** Whatever stands between may answer in words of its own. */
const problemIn = (status: number, text: string): Problem => {
  const told = parsed(text);
  if (isProblem(told)) return { ...told, status };
  const detail = `what stands before Buddy says: ${messageIn(told) ?? text.slice(0, MOST_OF_A_TEXT)}`;
  return { type: `urn:buddy:problem:${NOT_OF_THE_API}`, title: "", detail, status };
};

const MOST_OF_A_TEXT = 500;

/** The gateway of AWS answers {"message": "..."}. */
const messageIn = (value: unknown): string | undefined =>
  typeof value === "object" && value !== null && "message" in value && typeof value.message === "string"
    ? value.message.slice(0, MOST_OF_A_TEXT)
    : undefined;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" && value !== null && "detail" in value && typeof value.detail === "string";
