import { PassThrough } from "node:stream";
import pc from "picocolors";
import { CliError } from "../../cli/client/problem.ts";
import type { Context, Prompts } from "../../cli/context.ts";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import type { Json } from "../../shared/plan/json.ts";

export type Answer = { status?: number; body: Json | string };
export type Sent = {
  method: string;
  path: string;
  query: Record<string, string>;
  token: string | null;
  key: string | null;
  body: Json;
};

const unasked = async (): Promise<never> => {
  throw new Error("nobody was to be asked");
};

export const noPrompts: Prompts = {
  select: unasked,
  input: unasked,
  confirm: unasked,
  editor: unasked,
  secret: unasked,
};

/** A terminal, files and a server that exist in memory only. Time passes when somebody waits. */
export const fakeContext = (options: {
  answer?: (sent: Sent) => Answer;
  files?: Record<string, string>;
  env?: Record<string, string>;
  interactive?: boolean;
  stdin?: string;
  columns?: number;
  prompts?: Partial<Prompts>;
  color?: boolean;
  /** Paths that nothing can be written to. */
  unwritable?: readonly string[];
}) => {
  const out: string[] = [];
  const err: string[] = [];
  const sent: Sent[] = [];
  const files = new Map(Object.entries(options.files ?? {}));
  const secrets = new Map<string, string>();
  let now = Date.parse("2026-01-31T12:00:00Z");
  const fetch: typeof globalThis.fetch = async (input, init = {}) => {
    const url = new URL(String(input));
    const headers = new Headers(init.headers);
    const request: Sent = {
      method: init.method ?? "GET",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      token: headers.get("authorization"),
      key: headers.get("idempotency-key"),
      body: typeof init.body === "string" ? JSON.parse(init.body) : null,
    };
    sent.push(request);
    if (options.answer === undefined)
      throw new TypeError("fetch failed", { cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }) });
    const { status = 200, body } = options.answer(request);
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  const context: Context = {
    env: options.env ?? {},
    user: "osuser",
    out: (text) => out.push(text),
    err: (text) => err.push(text),
    interactive: options.interactive ?? false,
    columns: options.columns ?? Number.POSITIVE_INFINITY,
    paint: pc.createColors(options.color ?? false),
    prompts: { ...noPrompts, ...options.prompts },
    progressBar: () => ({ line: (text) => err.push(text), update: () => undefined, stop: () => undefined }),
    fetch,
    now: () => new Date(now),
    wait: async (ms) => {
      now += ms;
    },
    unread: new Promise(() => undefined),
    interrupted: () => new Promise(() => undefined),
    readFile: async (path) => {
      const content = files.get(path);
      if (content === undefined) throw new Error("no such file");
      return content;
    },
    pipes: () => ({ input: new PassThrough(), output: new PassThrough() }),
    readStdin: async () => options.stdin ?? "",
    readBytes: async (path) => {
      const content = files.get(path);
      return content === undefined ? undefined : Buffer.from(content);
    },
    readSaved: async (path) => {
      const content = files.get(path);
      return content === undefined ? undefined : Buffer.from(content);
    },
    isFile: async (path) => files.has(path),
    readFolder: async (path) => {
      const inside = [...files.keys()].filter((name) => name.startsWith(`${path.replace(/\/$/u, "")}/`));
      const names = inside.map((name) => name.slice(path.replace(/\/$/u, "").length + 1).split("/")[0] ?? "");
      return names.length === 0 ? undefined : [...new Set(names)];
    },
    mustBeWritable: async (path) => {
      if (options.unwritable?.includes(path) === true)
        throw new CliError(`${path} cannot be written: it is a test`, EXIT.usage, {
          remedy: "name another path",
        });
    },
    writeFile: async (path, content) => {
      files.set(path, new TextDecoder().decode(content));
    },
    local: {
      mintToken: async (data_dir, name) => ({ token: `${name}@${data_dir}`, seconds: 600 }),
      isOurs: async () => true,
      consoleLink: async (_data_dir, endpoint, name) => `${endpoint}/console#code=of-${name}`,
      startServer: async () => ({
        url: "http://127.0.0.1:1",
        live_enabled: false,
        consoleLink: (name) => `http://127.0.0.1:1/console#code=of-${name}`,
        stop: async () => undefined,
      }),
      setSecret: async (_data_dir, name, text) => {
        secrets.set(name, text);
      },
      listSecrets: async () => [...secrets.keys()].sort(),
      removeSecret: async (_data_dir, name) => secrets.delete(name),
      backUp: async () => undefined,
      takeOver: async (data_dir) => ({ items: 0, kept_in: data_dir }),
    },
  };
  const run = (...argv: string[]) => runBuddy(context, argv);
  return { context, run, sent, files, secrets, stdout: () => out.join("\n"), stderr: () => err.join("\n") };
};
