import { createMcpHandler } from "@modelcontextprotocol/server";
import { isJsonObject } from "../../../shared/plan/json.ts";
import { readJsonBody } from "../http/body.ts";
import type { RawRequest } from "../http/endpoint.ts";
import { MAX_BODY_BYTES } from "../http/limits.ts";
import type { Problem } from "../schemas.ts";
import { type Asking, askingOf } from "./asking.ts";
import { droppedIn } from "./dropped-names.ts";
import { GivenUp } from "./given-up.ts";
import { keptOut } from "./let-in.ts";
import { mcpServer, type ServerDeps } from "./server.ts";

/**
 * Answers requests of the protocol, each by itself: nothing is kept between two, so that any process answers any. The
 * library negotiates the line; nobody subscribes to anything, since no process could tell all of them.
 */
export const serveMcp = (deps: ServerDeps): ((request: RawRequest) => Promise<Response>) => {
  const givenUp = new GivenUp();
  return async (request) => {
    const { caller, correlation_id, header, origin, raw, signal } = request;
    const kept = keptOut(raw, deps.policy.door ?? {});
    if (kept !== undefined) return kept;
    const body = await readJsonBody(raw, MAX_BODY_BYTES);
    if (!body.ok) return unreadable(body.refusal);
    const messages = Array.isArray(body.value.value) ? body.value.value : [body.value.value];
    if (messages.length > MOST_IN_BATCH) return tooMany(messages.length);
    const asking = askingOf(caller, {
      origin,
      correlation_id,
      traceparent: header("traceparent"),
    });
    for (const message of messages) hearGivingUp(givenUp, asking, message);
    const dropped = droppedIn(messages);
    const handler = createMcpHandler(() => mcpServer(deps, asking, { givenUp, signal, dropped }), {
      maxSubscriptions: 0,
      keepAliveMs: 0,
      onerror: ({ message }) =>
        deps.log.info("a message of the protocol was refused", { why: message, correlation_id }),
    });
    return handler.fetch(raw, { parsedBody: body.value.value });
  };
};

/** Messages in one body, as lines before 2025-06-18 have it; each is answered by itself. */
const MOST_IN_BATCH = 100;

const tooMany = (count: number): Response => {
  const message = `Invalid Request: a batch of ${count} messages, and at most ${MOST_IN_BATCH} are taken at once`;
  return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32_600, message } }, { status: 400 });
};

/** JSON-RPC's words for what could not be read, with the place: no request is known that it would be the answer of. */
const unreadable = ({ status, detail, violations = [] }: Problem): Response => {
  const faults = violations.map(({ path, message }) => `${path} ${message}`.trim());
  const message = `Parse error: ${faults.length === 0 ? detail : faults.join("; ")}`;
  return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32_700, message } }, { status });
};

const hearGivingUp = (givenUp: GivenUp, asking: Asking, message: unknown): void => {
  if (!isJsonObject(message) || message.method !== "notifications/cancelled" || !isJsonObject(message.params)) return;
  const { requestId } = message.params;
  if (typeof requestId === "string" || typeof requestId === "number") givenUp.hear(asking, requestId);
};
