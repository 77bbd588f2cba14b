import type { z } from "zod";
import { type Json, json } from "../../shared/plan/json.ts";
import type { Scope } from "../../shared/scopes.ts";
import { printableJson } from "../../shared/shown/untrusted.ts";
import { EXIT } from "../exit-codes.ts";
import { hint } from "../hints.ts";
import { ApiProblem, CliError, type Problem, problem } from "./problem.ts";

/** An answer three ways: as it came, parsed, and parsed with every text made safe for a terminal. */
export type Reply<Value> = { readonly raw: Json; readonly value: Value; readonly printable: Value };

/** Makes a request, and perhaps makes it again. @throws what the last one throws, or what is made of that */
export type Patience = <Value>(once: () => Promise<Value>) => Promise<Value>;

export type HttpOptions = {
  readonly endpoint: string;
  /** The caller's token for one request, which needs no more than `scope`. */
  readonly token: (scope: Scope) => Promise<string | undefined>;
  readonly fetch: typeof globalThis.fetch;
  /** Rests so many milliseconds. */
  readonly wait: (milliseconds: number) => Promise<void>;
  readonly timeout_ms?: number;
  /** With what patience each request is made; once unless said. */
  readonly patience?: Patience | undefined;
};

const ONCE: Patience = (once) => once();

export type Request = {
  /** The scope that the request needs of its token: `read` unless said. */
  readonly scope?: Scope;
  readonly method?: "GET" | "POST" | "PUT" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  readonly body?: Json;
  /** A body that is JSON already, sent byte for byte: numbers and order stay as the user wrote them. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** The same request twice is the same as once, by its key: it is sent again where its answer was lost. */
  readonly keyed?: boolean;
  /** Of something that counts though its answer was lost: what may have happened, and how to look. */
  readonly unanswered?: Unanswered;
};

export type Unanswered = { readonly may_be: string; readonly look: string };

/** Codes of a connection that never came about: nothing was asked. */
const NEVER_ASKED = new Set(["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"]);

const urlOf = (endpoint: string, path: string, query: Request["query"] = {}): URL => {
  const url = new URL(`${endpoint.replace(/\/+$/u, "")}${path}`);
  for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, String(value));
  return url;
};

/** There is no answer from `endpoint`. */
export const unreachable = (endpoint: string, cause: unknown): CliError => {
  const why = cause instanceof Error ? (causeCode(cause) ?? cause.message) : String(cause);
  return new CliError(`cannot reach ${endpoint}: ${why}`, EXIT.unreachable, {
    remedy: `start the local server with \`${hint.start()}\`, or name another with --endpoint or $BUDDY_ENDPOINT`,
    cause,
  });
};

/** Asked and not answered: whoever pulls a brake must know that it may hold. */
export class NoAnswer extends CliError {
  override readonly name = "NoAnswer";
}
const unanswered = (endpoint: string, { may_be, look }: Unanswered, why: string, cause?: unknown): NoAnswer =>
  new NoAnswer(`${endpoint} did not answer (${why}): ${may_be}`, EXIT.unreachable, { remedy: `look: ${look}`, cause });

/** An answer of the server itself that it failed says why; nobody knows how far it came before. */
const failed = (endpoint: string, { may_be, look }: Unanswered, status: number, { detail }: Problem): NoAnswer =>
  detail === undefined
    ? unanswered(endpoint, { may_be, look }, String(status))
    : new NoAnswer(`${endpoint} failed while it was asked (${status}): ${may_be}`, EXIT.unreachable, {
        ...{ faults: [`it says: ${detail}`], remedy: `look: ${look}` },
      });

/** A connection that broke stands again by then, and a server that was started anew is back: a quarter of a second to eight. */
const PAUSES_MS = [250, 500, 1_000, 2_000, 4_000, 8_000];

const noAnswer = (endpoint: string, request: Request, cause: unknown): CliError => {
  const code = cause instanceof Error ? causeCode(cause) : undefined;
  if (request.unanswered === undefined || NEVER_ASKED.has(code ?? "")) return unreachable(endpoint, cause);
  const why = code ?? (cause instanceof Error ? cause.message : String(cause));
  return unanswered(endpoint, request.unanswered, why, cause);
};

const causeCode = ({ cause }: Error): string | undefined =>
  cause instanceof Error && "code" in cause && typeof cause.code === "string" ? cause.code : undefined;

const elsewhere = (endpoint: string, { status, headers }: Response): CliError => {
  const named = headers.get("location");
  const to = named === null ? "" : ` to ${named}`;
  return new CliError(
    `${endpoint} sends on${to} (${status}), which is not followed: nothing was done`,
    EXIT.unreachable,
    {
      remedy: "name the server's own address with --endpoint or $BUDDY_ENDPOINT",
    },
  );
};

const remedyFor = (status: number, { required_scope }: Problem): string | undefined => {
  if (status === 401)
    return "a local server takes --as <name> where its data folder is at hand (--data); any other takes $BUDDY_TOKEN";
  return required_scope === undefined ? undefined : `the token lacks the scope ${required_scope}`;
};

const parsedBody = (text: string): Json | undefined => {
  try {
    return json.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
};

type Exchange = { readonly response: Response; readonly bytes: Uint8Array };

/** One request to the API. @throws ApiProblem for an answer that is no success, CliError when there is no answer */
const exchange = async (options: HttpOptions, path: string, request: Request): Promise<Exchange> => {
  const pauses = request.keyed === true ? PAUSES_MS : [];
  let lost: NoAnswer | undefined;
  for (let sent = 0; ; sent += 1) {
    try {
      return await exchangeOnce(options, path, request);
    } catch (error) {
      if (error instanceof NoAnswer) lost = error;
      else if (lost === undefined || !saysNothingOfBefore(error)) throw error;
      const pause = isOfTheToken(error) ? undefined : pauses[sent];
      if (pause === undefined) throw error === lost ? error : stillLost(lost, error);
      await options.wait(pause);
    }
  }
};

/** The last came to nobody, or was turned away before anybody looked at it: no word about one that may have arrived. */
const saysNothingOfBefore = (error: unknown): error is CliError =>
  error instanceof ApiProblem
    ? isOfTheToken(error) || error.status === 429
    : error instanceof CliError && error.exit_code === EXIT.unreachable;

const isOfTheToken = (error: unknown): boolean =>
  error instanceof ApiProblem && (error.status === 401 || error.status === 403);

const stillLost = ({ message, exit_code, remedy, faults }: NoAnswer, last: CliError): NoAnswer =>
  new NoAnswer(message, exit_code, {
    ...(remedy === null ? {} : { remedy }),
    ...{ faults: [...faults, `asked again: ${last.message}`], cause: last },
  });

const exchangeOnce = async (options: HttpOptions, path: string, request: Request): Promise<Exchange> => {
  const token = await options.token(request.scope ?? "read");
  const body = request.text ?? (request.body === undefined ? undefined : JSON.stringify(request.body));
  const headers = {
    accept: "application/json",
    ...(body === undefined ? {} : { "content-type": "application/json" }),
    ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
    ...request.headers,
  };
  const { response, bytes } = await options
    .fetch(urlOf(options.endpoint, path, request.query), {
      method: request.method ?? "GET",
      // Followed, an act would become a question on the way, and its token would come to whoever is named.
      redirect: "manual",
      headers,
      signal: AbortSignal.timeout(options.timeout_ms ?? 60_000),
      ...(body === undefined ? {} : { body }),
    })
    .then(async (response) => ({ response, bytes: new Uint8Array(await response.arrayBuffer()) }))
    .catch((cause: unknown) => {
      throw noAnswer(options.endpoint, request, cause);
    });
  if (response.ok) return { response, bytes };
  if (response.status >= 300 && response.status < 400) throw elsewhere(options.endpoint, response);
  const told = problem.safeParse(parsedBody(textOf(bytes)));
  const answer = told.success ? told.data : {};
  // Whatever stands between may have given up on a server that went on.
  if (response.status >= 500 && request.unanswered !== undefined) {
    throw failed(options.endpoint, request.unanswered, response.status, answer);
  }
  throw new ApiProblem(response.status, answer, remedyFor(response.status, answer));
};

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The size of a whole file, from the header of an answer with a part of it: `bytes 0-99/1234`. */
const wholeSize = ({ headers }: Response): number =>
  Number(/\/(\d+)$/u.exec(headers.get("content-range") ?? "")?.[1] ?? 0);

/** A file, byte for byte; one that is too large for an answer is asked for part by part. @throws as `ask` */
export const download = async (options: HttpOptions, path: string): Promise<Uint8Array> => {
  const { patience = ONCE } = options;
  try {
    return (await patience(() => exchange(options, path, {}))).bytes;
  } catch (error) {
    if (!(error instanceof ApiProblem) || error.status !== 422) throw error;
  }
  const parts: Uint8Array[] = [];
  let got = 0;
  for (let size = 1; got < size; ) {
    const headers = { range: `bytes=${got}-` };
    const { response, bytes } = await patience(() => exchange(options, path, { headers }));
    if (bytes.length === 0) break;
    parts.push(bytes);
    got += bytes.length;
    size = wholeSize(response);
  }
  return Buffer.concat(parts);
};

/** One request, its answer read by a schema. @throws ApiProblem for no success, CliError for no answer or one of another kind */
export const ask = <Value>(
  options: HttpOptions,
  schema: z.ZodType<Value>,
  path: string,
  request: Request = {},
): Promise<Reply<Value>> => (options.patience ?? ONCE)(() => askOnce(options, schema, path, request));

const askOnce = async <Value>(
  options: HttpOptions,
  schema: z.ZodType<Value>,
  path: string,
  request: Request,
): Promise<Reply<Value>> => {
  const raw = parsedBody(textOf((await exchange(options, path, request)).bytes));
  const parsed = schema.safeParse(raw);
  if (raw === undefined || !parsed.success) {
    const why = parsed.success
      ? "it is not JSON"
      : parsed.error.issues.map(({ path: at, message }) => `${at.join(".")}: ${message}`).join("; ");
    throw new CliError(
      `${options.endpoint}${path} answered with something this buddy cannot read: ${why}`,
      EXIT.unreachable,
      {
        remedy: "is it a Buddy server, and of this version?",
      },
    );
  }
  return { raw, value: parsed.data, printable: schema.parse(printableJson(raw)) };
};
