import { createServer } from "node:http";
import { getRequestListener } from "@hono/node-server";
import { createMcpHandler } from "@modelcontextprotocol/server";
import { z } from "zod";
import { type Contacts, contactsServer, emptyContacts } from "./mcp-contacts.ts";
import { type Sessions, sessionsOf } from "./mcp-sessions.ts";

export type HttpMisbehaviour =
  | {
      readonly status: number;
      readonly acts: boolean;
      /** The method that meets it: `tools/call` unless said. */
      readonly on?: string;
      readonly headers?: { readonly [name: string]: string };
    }
  /** It acts, and this is the result in its answer, byte for byte; as an event of a stream where it says so. */
  | { readonly result: string; readonly acts: true; readonly on?: string; readonly stream?: boolean }
  | "reset"
  /** It acts, and its connection breaks in the middle of its answer. */
  | "half_an_answer";

export type ContactsOverHttp = Contacts & {
  /** `localhost:8080` */
  readonly host: string;
  readonly url: string;
  /** Bearers that arrived, in order, each once in a row. */
  readonly bearers: string[];
  /** Methods of the protocol that arrived. */
  readonly methods: string[];
  readonly sessions: Pick<Sessions, "begun" | "forget">;
  /** The next request of that method meets this instead of an answer of the protocol. */
  misbehave(how: HttpMisbehaviour): void;
  fresh(): void;
  stop(): Promise<void>;
};

/** The server of contacts over Streamable HTTP on loopback, which gives tokens at `/token`; with a session for each client where it keeps `sessions`. */
export const startContacts = async ({ sessions: keeps = false } = {}): Promise<ContactsOverHttp> => {
  const store = emptyContacts();
  const plans: HttpMisbehaviour[] = [];
  const bearers: string[] = [];
  const methods: string[] = [];
  let cut = (): void => {};
  const sessions = sessionsOf(store, () => cut());
  const handler = keeps ? sessions : createMcpHandler(() => contactsServer(store, () => cut()), { keepAliveMs: 0 });
  const listener = getRequestListener(async (request) => {
    const bearer = request.headers.get("authorization") ?? "nobody";
    if (bearers.at(-1) !== bearer) bearers.push(bearer);
    const body = await request.clone().text();
    const method = /"method":"([^"]+)"/.exec(body)?.[1] ?? request.method;
    methods.push(method);
    const next = plans[0];
    const on = (typeof next === "object" ? next.on : undefined) ?? "tools/call";
    const plan = method === on ? plans.shift() : undefined;
    if (plan === undefined && new URL(request.url).pathname === "/token") {
      return Response.json({ access_token: `token-${bearers.length}`, expires_in: 3_600 });
    }
    if (plan === undefined) return handler.fetch(request);
    const answered = typeof plan === "string" || plan.acts ? await handler.fetch(request) : undefined;
    if (plan === "reset") {
      cut();
      return new Response(null);
    }
    if (plan === "half_an_answer") return halfOf(await answered?.text(), cut);
    if ("result" in plan) {
      const { id } = z.object({ id: z.union([z.string(), z.number()]) }).parse(JSON.parse(body));
      const answer = `{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":${plan.result}}`;
      const [told, type] =
        plan.stream === true
          ? [`event: message\ndata: ${answer}\n\n`, "text/event-stream"]
          : [answer, "application/json"];
      return new Response(told, { headers: { "content-type": type } });
    }
    return new Response("as it was told", { status: plan.status, headers: plan.headers ?? {} });
  });
  const server = createServer((request, response) => {
    cut = () => request.socket.destroy();
    void listener(request, response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the counterpart has no port");
  const host = `localhost:${address.port}`;
  return Object.assign(store, {
    host,
    url: `http://${host}/mcp`,
    bearers,
    methods,
    sessions,
    misbehave: (how: HttpMisbehaviour) => {
      plans.push(how);
    },
    fresh: () => {
      store.contacts.clear();
      store.contacts.set("c1", { stage: "new", note: null });
      store.contacts.set("c/2", { stage: "lead", note: null });
      for (const list of [store.effects, store.plans, store.calls, plans, bearers, methods]) list.length = 0;
      store.answered.clear();
      store.description = "Changes a contact";
      store.failure = emptyContacts().failure;
      store.offered = true;
      store.more = [];
      store.keeps_ms = 0;
      store.endless = false;
    },
    stop: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  });
};

const halfOf = (text = "", cut: () => void): Response => {
  const half = new TextEncoder().encode(text.slice(0, text.length >> 1));
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(half),
    // Asked for more, once the half has left.
    pull: () => cut(),
  });
  return new Response(body, {
    headers: { "content-type": text.startsWith("event:") ? "text/event-stream" : "application/json" },
  });
};
