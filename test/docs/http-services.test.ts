import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { z } from "zod";
import { customersService, readStore } from "../../examples/http/customers.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { listeningPort } from "../counterparts/listening-port.ts";
import { type Example, startExample } from "./example-process.ts";
import { buddyLine, pageCommands } from "./page-commands.ts";

const root = join(import.meta.dirname, "../..");
const PAGE_HOST = "localhost:7730";
let folder = "";
let host = "";
let server: RunningServer | undefined;
let service: Example | undefined;
let inThisProcess: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-http-"));
});
afterEach(async () => {
  await server?.stop();
  server = undefined;
  service?.stop();
  service = undefined;
  inThisProcess?.close();
  inThisProcess?.closeAllConnections();
  inThisProcess = undefined;
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** The example's files, with the port that the service was given here. */
const here = async (path: string): Promise<string> =>
  (await readFile(join(root, path), "utf8")).replaceAll(PAGE_HOST, host);

const { buddy, performed } = pageCommands(
  () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder],
  {
    readFile: here,
    writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
    readBytes: (path: string) => readFile(path).catch(() => undefined),
    readFolder: (path: string) => readdir(path).catch(() => undefined),
  },
);

const startBuddy = async (): Promise<void> => {
  server = await startServer({
    data_dir: folder,
    port: 0,
    live_enabled: true,
    registry_open: true,
    allowed_hosts: [host],
    policy: { settling_seconds: 1 },
  });
};

const perform = async (step: string): Promise<string> => {
  const started = /^READ_TOKEN=(\S+) WRITE_TOKEN=(\S+) npx node (\S+) (\S+)$/.exec(step);
  if (started !== null) {
    const [, READ_TOKEN = "", WRITE_TOKEN = "", program = "", file = ""] = started;
    service = await startExample(program, [join(folder, file)], { READ_TOKEN, WRITE_TOKEN });
    host = service.host;
    return "";
  }
  const secret = /^echo (\S+) \| npx buddy (.+)$/.exec(step);
  if (secret !== null) return buddy(secret[2] ?? "", `${secret[1]}\n`);
  const line = buddyLine(step);
  if (!line.startsWith("start ")) return performed(line);
  expect(line).toBe(`start --live --open-registry --allow-host ${PAGE_HOST}`);
  await startBuddy();
  return "";
};

const kept = () => readStore(join(folder, "my-customers.json"));

it("a tool of an HTTP service: every command of the page does what the page says, in the service's own file", async () => {
  const page = await readFile(join(root, "docs/http-services.md"), "utf8");
  const steps = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));
  const said: string[] = [];
  const stages: { step: string; stage: string | undefined }[] = [];
  for (const step of steps) {
    said.push(await perform(step));
    stages.push({ step, stage: kept().customers.c1?.stage });
  }
  expect(stages.filter(({ stage }, index) => index > 0 && stage !== stages[index - 1]?.stage)).toEqual([
    { step: "npx buddy approve --all --as bob --yes", stage: "customer" },
    { step: expect.stringContaining("npx buddy rollback"), stage: "new" },
  ]);
  expect(Object.keys(kept().calls)).toHaveLength(2);
  expect(said.join("\n")).toContain('stage: "new" → "customer"');
}, 60_000);

it("a change by the example's tool whose answer is lost is looked up by its key, and made once", async () => {
  const path = join(folder, "my-customers.json");
  const listening = customersService(path, { read: "may-read", write: "may-write" });
  inThisProcess = listening;
  const changes: string[] = [];
  const lookUps: string[] = [];
  listening.prependListener("request", ({ method, url, socket }, response) => {
    if (url?.startsWith("/calls/")) lookUps.push(url);
    if (method !== "PUT") return;
    changes.push(String(url));
    response.writeHead = () => {
      socket.destroy();
      return response;
    };
  });
  listening.listen(0, "127.0.0.1");
  await once(listening, "listening");
  host = `localhost:${listeningPort(listening)}`;
  await buddy("secrets set read/customers", "may-read\n");
  await buddy("secrets set write/customers", "may-write\n");
  await startBuddy();
  await buddy("contracts add examples/http/contracts.json");
  await buddy("run examples/http/plan.json --as alice");
  await performed("approve --all --as bob --yes");
  const [key] = Object.keys(kept().calls);
  expect({ changes, lookUps, stage: kept().customers.c1?.stage }).toEqual({
    changes: ["/customers/c1"],
    lookUps: [`/calls/${key}`],
    stage: "customer",
  });
  const execution = z.object({ items: z.array(z.object({ status: z.string() })) });
  expect(execution.parse(JSON.parse(await buddy("status --json"))).items).toMatchObject([{ status: "SUCCEEDED" }]);
}, 60_000);
