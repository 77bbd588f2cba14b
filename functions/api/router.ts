import { type Context, Hono } from "hono";
import type { JsonObject } from "../../shared/plan/json.ts";
import { InvalidPageToken } from "../../shared/ports/page-token.ts";
import type { Deps } from "../deps.ts";
import { allEndpoints } from "./endpoints.ts";
import { readJsonBody } from "./http/body.ts";
import { authorise, type Identify } from "./http/caller.ts";
import type { Endpoint, Group } from "./http/endpoint.ts";
import { oneViolation } from "./http/problems.ts";
import { refuseWith, sendAnswer, sendProblem } from "./http/send.ts";
import { openApiDocument } from "./openapi.ts";

export type RouterOptions = {
  readonly identify: Identify;
  /** Which routes are served; the document describes all of them everywhere. */
  readonly groups: readonly Group[];
};

/** The HTTP API: the same code behind an HTTP API of AWS and on one machine. */
export const createRouter = (deps: Deps, { identify, groups }: RouterOptions): Hono => {
  const app = new Hono();
  const all = allEndpoints(deps);
  const served = all.filter(({ group }) => groups.includes(group));

  app.use(async (c, next) => {
    await next();
    c.header("x-content-type-options", "nosniff");
    if (!c.res.headers.has("cache-control")) c.header("cache-control", "no-store");
  });
  app.get("/livez", (c) => c.json({ status: "ok" }));
  // Made once, when somebody asks for it: a cold start has better things to do.
  let document: JsonObject | undefined;
  app.get("/openapi.json", (c) => {
    document ??= openApiDocument(all);
    return c.json(document);
  });
  for (const each of served) app.on(each.method, honoPath(each.path), serve(each, identify));
  for (const [path, methods] of methodsByPath(served)) {
    app.all(path, (c) => refuseWith(c, "method-not-allowed", `${c.req.path} takes ${methods}`, { allow: methods }));
  }
  app.notFound((c) => refuseWith(c, "not-found", `there is no route ${c.req.method} ${c.req.path}; see /openapi.json`));
  app.onError((error, c) => answerError(deps, error, c));
  return app;
};

/** `/executions/{id}` as the router writes it. */
const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ":$1");

const methodsByPath = (served: readonly Endpoint[]): Map<string, string> => {
  const groups = Map.groupBy(served, ({ path }) => honoPath(path));
  const methods = [...groups].map(([path, endpoints]): [string, string] => [
    path,
    endpoints.flatMap(({ method }) => (method === "GET" ? ["GET", "HEAD"] : [method])).join(", "),
  ]);
  return new Map([...methods, ["/livez", "GET, HEAD"], ["/openapi.json", "GET, HEAD"]]);
};

/** Who is asking, then what: nothing of a body is read for somebody who may not send it. */
const serve = (endpoint: Endpoint, identify: Identify) => async (c: Context) => {
  const caller = authorise(await identify(c), endpoint.scope);
  if (!caller.ok) return sendProblem(c, caller.refusal);
  const body = endpoint.schemas.body === undefined ? undefined : await readJsonBody(c.req, endpoint.maxBytes);
  if (body !== undefined && !body.ok) return sendProblem(c, body.refusal);
  const answer = await endpoint.answer({
    caller: caller.value,
    params: c.req.param(),
    query: c.req.query(),
    body: body?.value,
    header: (name) => c.req.header(name),
  });
  return answer.ok ? sendAnswer(c, answer.value) : sendProblem(c, answer.refusal);
};

const answerError = (deps: Pick<Deps, "ids" | "log">, error: Error, c: Context): Response => {
  if (error instanceof InvalidPageToken) {
    const message = "is not the mark of a page; send it as the page before gave it";
    return sendProblem(c, oneViolation({ path: "/query/next", rule: "page_mark", message }));
  }
  const instance = `urn:buddy:request:${deps.ids.next()}`;
  const { name, message, stack } = error;
  deps.log.error("a request failed", { instance, method: c.req.method, path: c.req.path, name, message, stack });
  return refuseInternal(c, instance);
};

const refuseInternal = (c: Context, instance: string): Response =>
  sendProblem(c, {
    type: "urn:buddy:problem:internal",
    title: "Something went wrong here",
    status: 500,
    detail: "nothing is known about what was done; read the state again, or send the same Idempotency-Key again",
    instance,
  });
