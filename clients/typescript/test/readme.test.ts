import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../../local/server.ts";
import { buddyLine, pageCommands, stepsOf } from "../../../test/docs/page-commands.ts";

const root = join(import.meta.dirname, "../../..");
const file = (path: string) => readFile(join(root, path), "utf8");
let folder = "";
let server: RunningServer;
let stopAgent = (): void => {};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-readme-agent-"));
  server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true });
});
afterAll(async () => {
  stopAgent();
  await server.stop();
  // A task that the stop left at its work may still write its files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const { buddy, performed } = pageCommands(() => ["--endpoint", server.url, "--data", folder], { readFile: file });

/** The two tokens, and the program. */
const AGENT = /^BUDDY_TOKEN=\$\(npx buddy (.+?)\) BUDDY_WORKER_TOKEN=\$\(npx buddy (.+?)\) npx node (\S+)$/;

/** The program as it stands, in a process and a folder of its own; only the model that it names is played. */
const begun = async ([, own = "", workers = "", program = ""]: readonly string[]) => {
  const env = {
    ...process.env,
    BUDDY_ENDPOINT: server.url,
    BUDDY_TOKEN: (await buddy(own)).trim(),
    BUDDY_WORKER_TOKEN: (await buddy(workers)).trim(),
  };
  const played = join(import.meta.dirname, "played-model.ts");
  const args = ["--conditions=buddy-source", "--import", played, join(root, program)];
  const agent = spawn(process.execPath, args, { cwd: folder, env, stdio: ["ignore", "pipe", "inherit"] });
  stopAgent = () => agent.kill("SIGKILL");
  return { said: text(agent.stdout), ended: once(agent, "exit") };
};

it("the agent of the first page notes once what a person agreed to, by the commands that stand there", async () => {
  const page = await file("README.md");
  const [code] = [...page.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, block]) => block);
  expect(code).toBe(await file("clients/typescript/examples/agent.ts"));
  let agent: Awaited<ReturnType<typeof begun>> | undefined;
  for (const step of stepsOf(page)) {
    const starts = AGENT.exec(step);
    if (starts === null) {
      const line = buddyLine(step);
      if (line.startsWith("approve ")) {
        await expect.poll(() => buddy("approvals --as bob"), { timeout: 30_000 }).toContain("desk_note");
      }
      await performed(line);
    } else agent = await begun(starts);
  }
  expect(await agent?.ended).toEqual([0, null]);
  expect(await agent?.said).toBe("It was noted.\n");
  expect(await readFile(join(folder, "notes.txt"), "utf8")).toBe("Benedikt wants the blue one.\n");
}, 90_000);

it("the line for a client of MCP is that of the page about MCP, which a test runs", async () => {
  const [line] = /^\{ "mcpServers".*$/m.exec(await file("README.md")) ?? [];
  expect(await file("docs/mcp.md")).toContain(line);
});

it("the client asks for the first Node that joins signals, without which no request can be given up, and says so", async () => {
  expect(JSON.parse(await file("clients/typescript/package.json"))).toMatchObject({ engines: { node: ">=20.3" } });
  expect(await file("clients/typescript/README.md")).toContain("nothing but Node 20.3 or newer");
});
