import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { z } from "zod";
import { mintToken } from "../../local/tokens.ts";
import { type Json, json } from "../../shared/plan/json.ts";
import { SCOPES } from "../../shared/scopes.ts";

const listening = z.object({ url: z.string(), counts: z.string(), started_ms: z.number() });
const counted = z.object({
  items_read: z.number(),
  writes: z.number(),
  read_of: z.record(z.string(), z.number()),
  publishes: z.record(z.string(), z.number()),
  ended: z.record(z.string(), z.string()),
  peak_rss_mib: z.number(),
});
export type Counted = z.infer<typeof counted>;

export type Server = {
  /** Seconds from the start of the process until it listens. */
  readonly started_seconds: number;
  request(method: "GET" | "POST", path: string, body?: Json, as?: string): Promise<{ status: number; body: Json }>;
  counted(): Promise<Counted>;
  /** The slowest answer so far, in seconds. */
  slowest(): number;
  /** The lines that it has told its terminal so far. */
  readonly told: readonly string[];
  kill(): Promise<void>;
};

/** Starts the server as a process of its own over a folder, with the memory settings of `npm run buddy`. */
export const startProcess = async (folder: string): Promise<Server> => {
  const flags = ["--expose-gc", "--max-semi-space-size=8", "--heap-growing-percent=30"];
  const began = performance.now();
  const child = spawn(process.execPath, [...flags, join(import.meta.dirname, "serve.ts"), folder], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  const told = linesOf(child);
  const at = await firstLine(child);
  const started_seconds = (performance.now() - began) / 1_000;
  const tokenOf = new Map<string, string>();
  let slowest = 0;
  return {
    started_seconds,
    told,
    slowest: () => slowest,
    counted: async () => counted.parse(await (await fetch(at.counts)).json()),
    request: async (method, path, body, as = "sam") => {
      const token = tokenOf.get(as) ?? (await mintToken(folder, { name: as, scopes: SCOPES, now: new Date() }));
      tokenOf.set(as, token);
      const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
      const sent = performance.now();
      const init = body === undefined ? { method, headers } : { method, headers, body: JSON.stringify(body) };
      const response = await fetch(`${at.url}${path}`, init);
      const answer = { status: response.status, body: json.parse(await response.json()) };
      slowest = Math.max(slowest, (performance.now() - sent) / 1_000);
      return answer;
    },
    kill: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
};

/** They go on to this process's terminal. */
const linesOf = ({ stderr }: ChildProcess): readonly string[] => {
  if (stderr === null) throw new Error("the server has no terminal");
  const lines: string[] = [];
  createInterface({ input: stderr }).on("line", (line) => {
    lines.push(line);
    process.stderr.write(`${line}\n`);
  });
  return lines;
};

const firstLine = async (child: ChildProcess): Promise<z.infer<typeof listening>> => {
  if (child.stdout === null) throw new Error("the server has no output");
  for await (const line of createInterface({ input: child.stdout })) return listening.parse(JSON.parse(line));
  throw new Error("the server ended before it listened");
};
