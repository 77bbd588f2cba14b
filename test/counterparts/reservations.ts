import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import { DatabaseSync } from "node:sqlite";
import { isJsonObject, type Json, type JsonObject, json } from "../../shared/plan/json.ts";
import { makeCertificate } from "./certificate.ts";
import { listeningPort } from "./listening-port.ts";

/** A change that was made, in the words of the request that asked for it. */
export type Effect = { readonly key: string; readonly action: string; readonly id: string; readonly body: JsonObject };

export type Reservations = {
  readonly host: string;
  readonly origin: string;
  readonly cert: string;
  /** Everything that the database holds, by id. */
  rows(): ReadonlyMap<string, JsonObject>;
  /** Every change, in order. */
  effects(): Effect[];
  stop(): Promise<void>;
};

export const TOKEN = "reservations-token-51c7";

type Reply = { readonly status: number; readonly body: Json };

const SCHEMA = `
  CREATE TABLE reservation (id TEXT PRIMARY KEY, document TEXT NOT NULL);
  CREATE TABLE effect (at INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, action TEXT NOT NULL, id TEXT NOT NULL,
                       body TEXT NOT NULL, reply TEXT NOT NULL);`;

/** Every so manieth change is made, and answered as if something had broken. */
const BREAKS_AFTER_ACTING = 7;

/**
 * An airline's reservation service on loopback, over HTTPS, with a database of its own. A key that was seen before makes
 * no second change, and can be asked about.
 */
export const startReservations = async (seeded: Iterable<readonly [string, JsonObject]>): Promise<Reservations> => {
  const database = new DatabaseSync(":memory:");
  database.exec(SCHEMA);
  const put = database.prepare("INSERT OR REPLACE INTO reservation VALUES (?, ?)");
  const take = database.prepare("DELETE FROM reservation WHERE id = ?");
  const one = database.prepare("SELECT document FROM reservation WHERE id = ?");
  const all = database.prepare("SELECT id, document FROM reservation ORDER BY id");
  const note = database.prepare("INSERT INTO effect (key, action, id, body, reply) VALUES (?, ?, ?, ?, ?)");
  const known = database.prepare("SELECT reply FROM effect WHERE key = ?");
  const changes = database.prepare("SELECT key, action, id, body FROM effect ORDER BY at");
  for (const [id, document] of seeded) put.run(id, JSON.stringify(document));

  const find = (id: string): JsonObject | undefined => objectIn(one.get(id)?.document);
  const effects = (): Effect[] =>
    changes.all().map(({ key, action, id, body }) => ({
      key: String(key),
      action: String(action),
      id: String(id),
      body: objectIn(body) ?? {},
    }));

  const read = (path: readonly string[]): Reply => {
    const [kind, id = ""] = path;
    if (kind === "calls") {
      const reply = known.get(id)?.reply;
      return { status: 200, body: { happened: reply !== undefined, result: objectIn(reply) ?? null } };
    }
    if (kind !== "reservations") return { status: 200, body: { [kind ?? "asked"]: id, found: [] } };
    const reservation = find(id);
    if (reservation === undefined) return { status: 404, body: { error: `there is no reservation ${id}` } };
    return { status: 200, body: { reservation: { id, ...reservation } } };
  };

  const act = (action: string, [kind, given]: readonly string[], body: JsonObject): Reply & { readonly id: string } => {
    const id = given ?? `${kind}-${effects().length + 1}`;
    const before = given === undefined ? {} : find(id);
    if (before === undefined) return { status: 404, body: { error: `there is no ${id}` }, id };
    if (action === "DELETE") {
      take.run(id);
      return { status: 200, body: { reservation: { id } }, id };
    }
    const after: JsonObject = { ...before, ...body };
    put.run(id, JSON.stringify(after));
    return { status: given === undefined ? 201 : 200, body: { reservation: { id, ...after } }, id };
  };

  const handle = async (request: IncomingMessage): Promise<Reply> => {
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return { status: 401, body: { error: "who are you?" } };
    const path = new URL(request.url ?? "", "https://localhost").pathname.split("/").slice(1).map(decodeURIComponent);
    const action = request.method ?? "";
    if (action === "GET") return read(path);
    const key = String(request.headers["idempotency-key"]);
    const body = objectIn(await textOf(request)) ?? {};
    const earlier = known.get(key)?.reply;
    if (earlier !== undefined) return { status: 200, body: objectIn(earlier) ?? null };
    const { id, ...reply } = act(action, path, body);
    if (reply.status >= 400) return reply;
    note.run(key, action, id, JSON.stringify(body), JSON.stringify(reply.body));
    const broken = effects().length % BREAKS_AFTER_ACTING === 0;
    return broken ? { status: 500, body: { error: "something broke after it was done" } } : reply;
  };

  const listener = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request).then(
      ({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  };
  const { key, cert } = makeCertificate();
  const server = createServer({ key, cert }, listener);
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  const host = `localhost:${listeningPort(server)}`;
  return {
    host,
    origin: `https://${host}`,
    cert,
    rows: () => new Map(all.all().map(({ id, document }) => [String(id), objectIn(document) ?? {}])),
    effects,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        database.close();
      }),
  };
};

const objectIn = (text: unknown): JsonObject | undefined => {
  if (typeof text !== "string" || text === "") return undefined;
  const value = json.parse(JSON.parse(text));
  return isJsonObject(value) ? value : undefined;
};

const textOf = async (request: IncomingMessage): Promise<string> => {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
};
