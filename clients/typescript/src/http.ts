import type { Problem } from "./api.ts";
import { BuddyRefusal, BuddyUnreachable } from "./errors.ts";
import { about, pause } from "./pause.ts";

/** A token, or where to get one: asked for each request, so that one that ends is replaced by the next. */
export type Token = string | (() => string | Promise<string>);

export type Request = {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** The same request twice is the same as once: it is sent again where its answer was lost. */
  readonly repeatable: boolean;
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

/** Of whatever stands before the API, or of an API with no time left: the same request may succeed in a moment. */
const PASSING = new Set([502, 503, 504]);

/** The kind of an answer that is not in the API's words. */
const NOT_OF_THE_API = "unknown";
const TOO_MANY = 429;

/** Codes of a connection that never came about: nothing was asked. */
const NEVER_ASKED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

/** Requests to the API; each rejects with BuddyRefusal, BuddyUnreachable, or what its signal was aborted with. */
export const httpOver = (options: HttpOptions): Http => {
  const once = async <Reply>(request: Request): Promise<Reply> => {
    const response = await sent(options, request);
    const text = await response.text().catch((cause: unknown) => {
      throw noAnswer(options.url, request, cause);
    });
    if (!response.ok) throw new BuddyRefusal(problemIn(response.status, text));
    return replyIn(options.url, text);
  };
  return async <Reply>(request: Request): Promise<Reply> => {
    /** One that was sent before may have arrived: that the last was turned away says nothing about it. */
    let earlier: unknown;
    for (const wait of PAUSES_MS) {
      try {
        return await once<Reply>(request);
      } catch (error) {
        if (!isWorthAgain(error, request)) throw error;
        if (mayHaveArrived(error)) earlier ??= error;
        await pause(about(wait), request.signal);
      }
    }
    return once<Reply>(request).catch((error: unknown) => {
      throw earlier !== undefined && isTurnedAway(error) ? earlier : error;
    });
  };
};

const isWorthAgain = (error: unknown, { repeatable }: Request): boolean => {
  if (error instanceof BuddyUnreachable) return repeatable || !error.mayHaveHappened;
  return repeatable && error instanceof BuddyRefusal && (PASSING.has(error.status) || isTurnedAway(error));
};

/** A gateway that lets only so many pass says so without asking the API, whose own "too many" says what of. */
const isTurnedAway = (error: unknown): boolean =>
  error instanceof BuddyRefusal && error.status === TOO_MANY && error.kind === NOT_OF_THE_API;

const mayHaveArrived = (error: unknown): boolean =>
  error instanceof BuddyUnreachable ? error.mayHaveHappened : !isTurnedAway(error);

const sent = async ({ url, token, fetch }: HttpOptions, request: Request): Promise<Response> => {
  const { method, path, query = {}, body, signal } = request;
  const address = new URL(`${url}${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) address.searchParams.set(name, String(value));
  }
  const bearer = typeof token === "string" ? token : await token();
  signal?.throwIfAborted();
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

/** A request that its caller gave up is told as the caller said it. */
const noAnswer = (url: string, { signal }: Request, cause: unknown): unknown => {
  if (signal?.aborted === true) return signal.reason;
  const code = codeOf(cause);
  const why = code ?? (cause instanceof Error ? cause.message : String(cause));
  return new BuddyUnreachable(url, why, { mayHaveHappened: !NEVER_ASKED.has(code ?? ""), cause });
};

const codeOf = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return codeOf(error.cause);
};

/** A page of something that stands between is no answer of the API, whatever its status. @throws BuddyUnreachable */
const replyIn = <Reply>(url: string, text: string): Reply => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new BuddyUnreachable(url, "what came is not Buddy's", { mayHaveHappened: true, cause });
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
