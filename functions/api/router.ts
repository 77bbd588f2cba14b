import { type Context, Hono } from "hono";
import type { JsonObject } from "../../shared/plan/json.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import { Contended } from "../../shared/ports/contention.ts";
import { RECORD_DAMAGED, RecordDamaged } from "../../shared/ports/damaged.ts";
import { InvalidPageToken } from "../../shared/ports/page-token.ts";
import type { Deps } from "../deps.ts";
import { subjectOf } from "../observing.ts";
import { readJsonAnswer, readJsonBody } from "./http/body.ts";
import { authorise, type Identify } from "./http/caller.ts";
import { CORRELATION_HEADER, correlationOf, requestIdOf } from "./http/correlation.ts";
import type { Endpoint } from "./http/endpoint.ts";
import { goingOn } from "./http/going-on.ts";
import type { LastAnswers } from "./http/last-answers.ts";
import { oneViolation, problemOf } from "./http/problems.ts";
import { readQuery } from "./http/query.ts";
import { refuseWith, sendAnswer, sendProblem } from "./http/send.ts";

export type RouterOptions = {
  readonly identify: Identify;
  /** Which routes are served. */
  readonly serves: (deps: Deps) => readonly Endpoint[];
  /**
   * The document that `/openapi.json` answers, made when it is first asked for; absent where another function answers
   * it.
   */
  readonly document?: (deps: Deps) => JsonObject | Promise<JsonObject>;
  /** Documents that everybody may read, by their paths; each is told where this API is reached. */
  readonly open?: (deps: Deps) => Readonly<Record<string, (origin: string) => JsonObject>>;
  /** Answers whoever waits before the process stops; absent where it is stopped without a word. */
  readonly last?: LastAnswers;
  /** The id of a request; what API Gateway gave it, or a new one, unless said. */
  readonly requestId?: (c: Context) => string;
};

declare module "hono" {
  interface ContextVariableMap {
    /** The mark that the request and all that follows from it carry. */
    correlation_id: string;
  }
}

/** The HTTP API: the same code behind an HTTP API of AWS and on one machine. */
export const createRouter = (deps: Deps, options: RouterOptions): Hono => {
  const { identify, serves, document: describe, open, last, requestId = requestIdOf } = options;
  const app = new Hono();
  const served = serves(deps);

  app.use(async (c, next) => {
    c.set("correlation_id", correlationOf(c, requestId(c)));
    await next();
    c.header(CORRELATION_HEADER, c.get("correlation_id"));
    c.header("x-content-type-options", "nosniff");
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
  });
  app.get("/livez", (c) => c.json({ status: "ok" }));
  // Made once, when somebody asks for it: a cold start has better things to do.
  let document: JsonObject | undefined;
  if (describe !== undefined) {
    app.get("/openapi.json", async (c) => {
      document ??= await describe(deps);
      return c.json(document);
    });
  }
  const documents = open?.(deps) ?? {};
  for (const [path, tell] of Object.entries(documents)) app.get(path, (c) => c.json(tell(new URL(c.req.url).origin)));
  for (const each of served) app.on(each.method, honoPath(each.path), serve(deps, each, { identify, last }));
  const openPaths = ["/livez", ...(describe === undefined ? [] : ["/openapi.json"]), ...Object.keys(documents)];
  for (const [path, methods] of methodsByPath(served, openPaths)) {
    app.all(path, (c) => refuseWith(c, "method-not-allowed", `${c.req.path} takes ${methods}`, { allow: methods }));
  }
  app.notFound((c) => refuseWith(c, "not-found", `there is no route ${c.req.method} ${c.req.path}; see /openapi.json`));
  app.onError((error, c) => answerError(deps, error, c));
  return app;
};

/** `/executions/{id}` as the router writes it. */
const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

const methodsByPath = (served: readonly Endpoint[], open: readonly string[]): Map<string, string> => {
  const groups = Map.groupBy(served, ({ path }) => honoPath(path));
  const methods = [...groups].map(([path, endpoints]): [string, string] => [
    path,
    endpoints.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", "),
  ]);
  return new Map([...methods, ...open.map((path) => [path, "GET, HEAD"] as const)]);
};

type Asking = { readonly identify: Identify; readonly last: LastAnswers | undefined };

/** The caller first, then the request: nothing of a body is read for somebody who may not send it. */
const serve = (deps: Pick<Deps, "log">, endpoint: Endpoint, asking: Asking) => async (c: Context) => {
  const response = await answerTo(endpoint, asking, c);
  const { method, path: route, group } = endpoint;
  const fields = { method, route, status: response.status, correlation_id: c.get("correlation_id") };
  // Reads are in the access log already; what changes something is worth a line that can be found by its mark.
  if (group !== "read") deps.log.info("a request was answered", { ...fields, ...subjectOf(executionIn(c, route)) });
  return response;
};

const executionIn = (c: Context, route: string): { execution_id: string | undefined } => ({
  execution_id: route.startsWith("/executions/{id}") ? c.req.param("id") : undefined,
});

const answerTo = async (endpoint: Endpoint, { identify, last }: Asking, c: Context): Promise<Response> => {
  const caller = authorise(await identify(c), endpoint.scopes);
  if (!caller.ok) return sendProblem(c, caller.refusal);
  const query = readQuery(new URL(c.req.url).searchParams);
  if (!query.ok) return sendProblem(c, query.refusal);
  const read = endpoint.takesAnswers ? readJsonAnswer : readJsonBody;
  const body = endpoint.schemas.body === undefined ? undefined : await read(c.req.raw, endpoint.maxBytes);
  if (body !== undefined && !body.ok) return sendProblem(c, body.refusal);
  const answered = (signal: AbortSignal) =>
    endpoint.answer({
      caller: caller.value,
      params: c.req.param(),
      query: query.value,
      body: body?.value,
      header: (name) => c.req.header(name),
      correlation_id: c.get("correlation_id"),
      origin: new URL(c.req.url).origin,
      signal,
      raw: c.req.raw,
    });
  if (last === undefined) return sent(c, await answered(c.req.raw.signal));
  return last.during(c.req.raw.signal, async (signal, goesOn) => {
    const answer = await answered(signal);
    if (!answer.ok || !(answer.value instanceof Response)) return sent(c, answer);
    const { response, over } = goingOn(answer.value);
    goesOn(over);
    return response;
  });
};

const sent = (c: Context, answer: Awaited<ReturnType<Endpoint["answer"]>>): Response => {
  if (!answer.ok) return sendProblem(c, answer.refusal);
  return answer.value instanceof Response ? answer.value : sendAnswer(c, answer.value);
};

const answerError = (deps: Pick<Deps, "ids" | "log">, error: Error, c: Context): Response => {
  if (error instanceof InvalidPageToken) {
    const message = "is not the mark of a page; send it as the page before gave it";
    return sendProblem(c, oneViolation({ path: "/query/next", rule: "page_mark", message }));
  }
  const instance = `urn:buddy:request:${deps.ids.next()}`;
  const fields = { instance, method: c.req.method, route: c.req.routePath, correlation_id: c.get("correlation_id") };
  if (error instanceof Contended) {
    deps.log.warn("a request lost its race each time", fields);
    return sendProblem(c, problemOf("contended", error.for_callers, { instance, retry_after_seconds: 1 }));
  }
  deps.log.error("a request failed", fields, error);
  if (error instanceof RecordDamaged) {
    return sendProblem(c, problemOf("internal", error.for_callers, { instance, reason: RECORD_DAMAGED }));
  }
  return refuseInternal(c, instance, error instanceof Surprise ? error.for_callers : undefined);
};

const NOTHING_KNOWN =
  "nothing is known about what was done; read the state again, or send the same Idempotency-Key again";

const refuseInternal = (c: Context, instance: string, detail: string = NOTHING_KNOWN): Response =>
  sendProblem(c, {
    type: "urn:buddy:problem:internal",
    title: "Something went wrong here",
    status: 500,
    detail,
    instance,
  });
