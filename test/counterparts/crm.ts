import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import { gzipSync } from "node:zlib";
import { isJsonObject, type Json, type JsonObject, json } from "../../shared/plan/json.ts";
import { makeCertificate } from "./certificate.ts";
import { listeningPort } from "./listening-port.ts";

/** How the next request is treated that is not one of looking up; after that, as well as ever. */
export type Misbehaviour =
  | "fail_after_acting"
  | "reset_before_acting"
  | "reset_in_the_body"
  | "silent_after_acting"
  | "refuse"
  | "unavailable"
  | "too_many_requests"
  | "busy_after_acting"
  | "redirect"
  | "broken_json"
  | "broken_text"
  | "too_large"
  | "too_large_compressed"
  | "too_large_headers"
  | "endless"
  | "held_after_acting"
  | "switching_protocols"
  | "trickling"
  | "trickling_on"
  | "odd_encoding"
  | "binary";

export type Sent = {
  readonly method: string;
  readonly path: string;
  readonly headers: { readonly [name: string]: string | string[] | undefined };
  readonly body: Json;
};

export type Crm = {
  /** `localhost:8443` */
  readonly host: string;
  readonly origin: string;
  /** The certificate that a client must be told to trust. */
  readonly cert: string;
  readonly contacts: Map<string, JsonObject>;
  /** Every change that was made, in order: what really happened. */
  readonly effects: string[];
  /** The key of each of these changes; null of one that came without. */
  readonly keyed: (string | null)[];
  /** Every request that arrived. */
  readonly requests: Sent[];
  misbehave(how: Misbehaviour): void;
  /** So is the next request of that method. */
  misbehaveOn(method: string, how: Misbehaviour): void;
  /** Takes back what is left of that. */
  behave(): void;
  /** Answers what is held. */
  release(): void;
  /** Every answer says back what the request was authorised with, as a careless service does. */
  echoAuthorization(): void;
  /** Keys that were seen are seen no more. */
  forgetKeys(): void;
  stop(): Promise<void>;
};

export const READ_SECRET = "canary-read-3f9d2c71aa";
export const WRITE_SECRET = "canary-write-8b1e44d07c";

type Options = {
  /** Of which requests a key that was seen before makes no second effect: of each, unless it says so. */
  readonly recognises?: (sent: Sent) => boolean;
  readonly secure?: boolean;
  /** How a request is treated that nothing was planned for; as well as ever where it says nothing. */
  readonly misbehaves?: (sent: Sent) => Misbehaviour | undefined;
};

type Reply = { readonly status: number; readonly body: Json };

/**
 * A CRM on loopback with a store of its own: contacts that are read, changed, created and removed, a record of calls by
 * key, and an issuer of tokens.
 */
export const startCrm = async (
  contacts: { readonly [id: string]: JsonObject },
  options: Options = {},
): Promise<Crm> => {
  const { recognises = () => true, secure = true, misbehaves = () => undefined } = options;
  const store = new Map(Object.entries(contacts));
  const effects: string[] = [];
  const keyed: (string | null)[] = [];
  const requests: Sent[] = [];
  const plans: { readonly method?: string; readonly how: Misbehaviour }[] = [];
  let echoes = false;
  const held: (() => void)[] = [];
  const answered = new Map<string, Reply>();
  const { key, cert } = makeCertificate();

  const act = ({ method, path, body }: Sent): Reply => {
    const id = decodeURIComponent(/^\/contacts\/([^/]+)$/.exec(path)?.[1] ?? "");
    const contact = store.get(id);
    if (method === "POST" && path === "/contacts") {
      const made = `n${store.size + 1}`;
      store.set(made, isJsonObject(body) ? body : {});
      effects.push(`created ${made}`);
      return { status: 201, body: { contact: { id: made, ...store.get(made) } } };
    }
    if (contact === undefined) return { status: 404, body: { error: `there is no contact ${id}` } };
    if (method === "DELETE") {
      store.delete(id);
      effects.push(`deleted ${id}`);
      return { status: 204, body: null };
    }
    store.set(id, { ...contact, ...(isJsonObject(body) ? body : {}) });
    effects.push(`changed ${id} ${JSON.stringify(body)}`);
    return { status: 200, body: { contact: { id, ...store.get(id) } } };
  };

  const actOnce = (sent: Sent): Reply => {
    const given = sent.headers["idempotency-key"];
    const known = typeof given === "string" ? answered.get(given) : undefined;
    if (known !== undefined && recognises(sent)) return known;
    const reply = act(sent);
    if (typeof given === "string") answered.set(given, reply);
    if (reply.status < 300) keyed.push(typeof given === "string" ? given : null);
    return reply;
  };

  const read = ({ path }: Sent): Reply => {
    const [, kind, id = ""] = path.split("?")[0]?.split("/").map(decodeURIComponent) ?? [];
    if (kind === "calls") {
      const known = answered.get(id);
      return { status: 200, body: { happened: known !== undefined, result: known?.body ?? null } };
    }
    if (kind === "search") return { status: 200, body: { found: [...store.keys()], asked: path } };
    const contact = store.get(id);
    if (contact === undefined) return { status: 404, body: { error: `there is no contact ${id}` } };
    return { status: 200, body: { contact: { id, ...contact } } };
  };

  const isRead = ({ method }: Sent): boolean => method === "GET";
  const mayDo = (sent: Sent): boolean => {
    const wanted = isRead(sent) ? [READ_SECRET, WRITE_SECRET] : [WRITE_SECRET, `token-of-${WRITE_SECRET}`];
    return wanted.some((secret) => sent.headers.authorization === `Bearer ${secret}`);
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const sent: Sent = { method: request.method ?? "", path: request.url ?? "", headers: request.headers, body };
    requests.push(sent);
    if (sent.path === "/token") {
      const issue = (): Reply => ({ status: 200, body: tokenFor(body) });
      const planned = plans.findIndex(({ method }) => method === "/token");
      const [plan] = planned < 0 ? [] : plans.splice(planned, 1);
      return plan === undefined
        ? send(response, issue())
        : misbehaveWith(plan.how, { request, response, said: {}, held }, issue);
    }
    if (!mayDo(sent)) return send(response, { status: 401, body: { error: "who are you?" } });
    if (sent.path.startsWith("/calls/")) return send(response, read(sent));
    const at = plans.findIndex(({ method = sent.method }) => method === sent.method);
    const [plan] = at < 0 ? [] : plans.splice(at, 1);
    const how = plan?.how ?? misbehaves(sent);
    const said: JsonObject = echoes ? { you_sent: String(sent.headers.authorization) } : {};
    const reply = (): Reply => {
      const made = isRead(sent) ? read(sent) : actOnce(sent);
      if (!echoes || !isJsonObject(made.body)) return made;
      const contact = isJsonObject(made.body.contact) ? { contact: { ...made.body.contact, ...said } } : {};
      return { ...made, body: { ...made.body, ...contact, ...said } };
    };
    if (how === undefined) return send(response, reply());
    misbehaveWith(how, { request, response, said, held }, reply);
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  };
  const server = secure ? createServer({ key, cert }, listener) : createPlainServer(listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const host = `localhost:${listeningPort(server)}`;
  return {
    host,
    origin: `${secure ? "https" : "http"}://${host}`,
    cert,
    contacts: store,
    effects,
    keyed,
    requests,
    misbehave: (how) => {
      plans.push({ how });
    },
    misbehaveOn: (method, how) => {
      plans.push({ method, how });
    },
    echoAuthorization: () => {
      echoes = true;
    },
    behave: () => {
      plans.length = 0;
    },
    release: () => {
      for (const answer of held.splice(0)) answer();
    },
    forgetKeys: () => answered.clear(),
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

const tokenFor = (body: Json): Json => {
  const given = new URLSearchParams(typeof body === "string" ? body : "");
  return { access_token: `token-of-${given.get("client_secret")}`, token_type: "Bearer", expires_in: 3600 };
};

const bodyOf = async (request: IncomingMessage): Promise<Json> => {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  if (text === "") return null;
  return request.headers["content-type"] === "application/json" ? json.parse(JSON.parse(text)) : text;
};

const send = (response: ServerResponse, { status, body }: Reply): void => {
  response.writeHead(status, body === null ? {} : { "content-type": "application/json; charset=utf-8" });
  response.end(body === null ? undefined : JSON.stringify(body));
};

const JSON_TYPE = { "content-type": "application/json" } as const;
const LARGE = JSON.stringify({ contact: { note: "x".repeat(3_000_000) } });

/** Each byte in a packet of its own. @returns once all are out, or nobody takes them any more */
const trickle = async (response: ServerResponse, text: string): Promise<void> => {
  for (const byte of text) await new Promise((resolve) => response.write(byte, resolve));
};

type Met = {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly said: JsonObject;
  /** The answers that wait to be released. */
  readonly held: (() => void)[];
};

const misbehaveWith = (how: Misbehaviour, { request, response, said, held }: Met, act: () => Reply): void => {
  switch (how) {
    case "fail_after_acting":
      act();
      send(response, { status: 500, body: { error: "something broke after it was done", ...said } });
      return;
    case "refuse":
      send(response, { status: 409, body: { error: "it is taken", ...said } });
      return;
    case "reset_before_acting":
      request.socket.destroy();
      return;
    case "reset_in_the_body": {
      const text = JSON.stringify(act().body);
      response.writeHead(200, { ...JSON_TYPE, "content-length": text.length });
      response.write(text.slice(0, 5), () => request.socket.destroy());
      return;
    }
    case "silent_after_acting":
      act();
      return;
    case "unavailable":
      send(response, { status: 503, body: { error: "unavailable" } });
      return;
    case "too_many_requests":
      response.writeHead(429, { ...JSON_TYPE, "retry-after": "30" });
      response.end('{"error":"too many"}');
      return;
    case "busy_after_acting":
      act();
      response.writeHead(503, { ...JSON_TYPE, "retry-after": "90" });
      response.end('{"error":"busy"}');
      return;
    case "redirect":
      response.writeHead(307, { location: request.url ?? "/" });
      response.end();
      return;
    case "broken_json":
      act();
      response.writeHead(200, JSON_TYPE);
      response.end('{"contact": {"id": "c1"');
      return;
    case "broken_text":
      act();
      response.writeHead(200, JSON_TYPE);
      response.end(Buffer.from('{"contact": {"id": "\xff\xfe", "stage": "won"}, "__proto__": 1}', "latin1"));
      return;
    case "too_large":
      act();
      response.writeHead(200, JSON_TYPE);
      response.end(LARGE);
      return;
    case "too_large_compressed":
      act();
      response.writeHead(200, { ...JSON_TYPE, "content-encoding": "gzip" });
      response.end(gzipSync(LARGE));
      return;
    case "too_large_headers":
      act();
      response.writeHead(200, { ...JSON_TYPE, "x-long": "x".repeat(20_000) });
      response.end("{}");
      return;
    case "endless":
      act();
      response.writeHead(200, JSON_TYPE);
      response.write("{");
      return;
    case "held_after_acting": {
      const made = act();
      held.push(() => send(response, made));
      return;
    }
    case "switching_protocols":
      act();
      request.socket.write("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: odd\r\n\r\n");
      return;
    case "trickling": {
      const { status, body } = act();
      response.writeHead(status, JSON_TYPE);
      void trickle(response, JSON.stringify(body)).then(() => response.end());
      return;
    }
    case "trickling_on": {
      act();
      response.writeHead(200, JSON_TYPE);
      const dripping = setInterval(() => response.write(" "), 5);
      response.on("close", () => clearInterval(dripping));
      return;
    }
    case "odd_encoding":
      act();
      response.writeHead(200, { ...JSON_TYPE, "content-encoding": "compress" });
      response.end("{}");
      return;
    case "binary":
      act();
      response.writeHead(200, { "content-type": "image/png" });
      response.end(Buffer.from([0, 1, 2, 3]));
      return;
  }
};
