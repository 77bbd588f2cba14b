/**
 * An HTTP service of this machine: customers and their stages, in a file.
 *
 *     READ_TOKEN=may-read WRITE_TOKEN=may-write npx node examples/http/customers.ts my-customers.json
 *
 * Three things make it good to act on: a call is done once for each idempotency key, however often it is asked for; what
 * came of a key can be asked; and reading and writing have a token each.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";

type Customer = { readonly name: string; readonly stage: string };
type Store = {
  readonly customers: { readonly [id: string]: Customer };
  /** The answer to each call that changed something, by its key. */
  readonly calls: { readonly [key: string]: unknown };
};
type Answer = { readonly status: number; readonly body: unknown };
type Tokens = { readonly read: string; readonly write: string };

const FIRST: Store = { customers: { c1: { name: "Benedikt", stage: "new" } }, calls: {} };
const STAGES: readonly unknown[] = ["new", "qualified", "customer"];

/** A value that was stored under a name, never one that every object inherits. */
const stored = <Value>(values: { readonly [name: string]: Value }, name: string): Value | undefined =>
  Object.hasOwn(values, name) ? values[name] : undefined;

export const readStore = (path: string): Store => (existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : FIRST);

const refused = (status: number, error: string): Answer => ({ status, body: { error } });

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const stageIn = (text: string): string | undefined => {
  const body = asJson(text);
  if (typeof body !== "object" || body === null || !("stage" in body)) return undefined;
  return typeof body.stage === "string" && STAGES.includes(body.stage) ? body.stage : undefined;
};

export const customersService = (path: string, { read, write }: Tokens): Server => {
  const show = (kind: string, id: string): Answer => {
    const { customers, calls } = readStore(path);
    if (kind === "calls") {
      const result = stored(calls, id);
      return { status: 200, body: { happened: result !== undefined, result: result ?? null } };
    }
    const customer = stored(customers, id);
    if (customer === undefined) return refused(404, "there is no such customer");
    return { status: 200, body: { customer: { id, ...customer } } };
  };

  const change = (id: string, key: string, text: string): Answer => {
    const { customers, calls } = readStore(path);
    const before = stored(calls, key);
    if (before !== undefined) return { status: 200, body: before };
    const customer = stored(customers, id);
    if (customer === undefined) return refused(404, "there is no such customer");
    const stage = stageIn(text);
    if (stage === undefined) return refused(422, `a stage is one of ${STAGES.join(", ")}`);
    const body = { customer: { id, ...customer, stage } };
    const store: Store = {
      customers: { ...customers, [id]: { ...customer, stage } },
      calls: { ...calls, [key]: body },
    };
    // The change and what is known of its key are written at once: a key that is not known did nothing.
    writeFileSync(path, JSON.stringify(store));
    return { status: 200, body };
  };

  const answerTo = async (request: IncomingMessage): Promise<Answer> => {
    let text = "";
    for await (const chunk of request.setEncoding("utf8")) text += chunk;
    const { method, headers } = request;
    const [, kind = "", id = ""] = /^\/(customers|calls)\/([\w-]+)$/.exec(request.url ?? "") ?? [];
    const may = (...tokens: readonly string[]) => tokens.some((token) => headers.authorization === `Bearer ${token}`);
    if (method === "GET") {
      if (!may(read, write)) return refused(401, "this token may not read");
      return kind === "" ? refused(404, "there is nothing here") : show(kind, id);
    }
    if (method !== "PUT" || kind !== "customers") return refused(404, "there is nothing here");
    if (!may(write)) return refused(401, "this token may not write");
    const key = headers["idempotency-key"];
    return typeof key === "string" ? change(id, key, text) : refused(400, "a change needs an Idempotency-Key");
  };

  return createServer((request, response) => {
    answerTo(request).then(
      ({ status, body }) => {
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(body));
      },
      (error: unknown) => {
        console.error(error);
        response.destroy();
      },
    );
  });
};

if (import.meta.main) {
  const { READ_TOKEN, WRITE_TOKEN, PORT = "7730" } = process.env;
  if (!READ_TOKEN || !WRITE_TOKEN) throw new Error("READ_TOKEN and WRITE_TOKEN say who may read and who may write");
  const [, , path = "customers.json"] = process.argv;
  const server = customersService(path, { read: READ_TOKEN, write: WRITE_TOKEN });
  server.listen(Number(PORT), "127.0.0.1", () => console.log("listens on", server.address()));
}
