import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { notebook } from "../../examples/worker/notebook.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { buddyLine, pageCommands } from "./page-commands.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";
let server: RunningServer | undefined;
let endWorker = (): void => {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-workers-"));
});
afterAll(async () => {
  endWorker();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

const { buddy, performed } = pageCommands(
  () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder],
  {
    readFile: (path: string) => readFile(join(root, path), "utf8"),
    readBytes: (path: string) => readFile(path).catch(() => undefined),
    readFolder: (path: string) => readdir(path).catch(() => undefined),
  },
);

const perform = async (step: string): Promise<string> => {
  const worker = /^BUDDY_TOKEN=\$\(npx buddy (.+)\) npx node (\S+)$/.exec(step);
  if (worker !== null) {
    const env = {
      ...process.env,
      BUDDY_TOKEN: await buddy(worker[1] ?? ""),
      BUDDY_ENDPOINT: server?.url,
      NOTES: join(folder, "notes.jsonl"),
    };
    const child = spawn(process.execPath, [join(root, worker[2] ?? "")], { env, stdio: "inherit" });
    endWorker = () => child.kill("SIGKILL");
    return "";
  }
  const line = buddyLine(step);
  if (line === "start --live --open-registry") {
    server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true });
    return "";
  }
  return performed(line);
};

it("a tool that one's own process does: every command of the page does what the page says", async () => {
  const page = await readFile(join(root, "docs/workers.md"), "utf8");
  const steps = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));
  const said: string[] = [];
  const notes: number[] = [];
  for (const step of steps) {
    said.push(await perform(step));
    notes.push(notebook(join(folder, "notes.jsonl")).notes().length);
  }
  expect(notes.filter((count, index) => count !== notes[index - 1])).toEqual([0, 1, 0]);
  const all = said.join("\n");
  expect(all).toContain('notebook notes: – → "Benedikt wants the blue one"');
  expect(all).toMatch(/note_add: asked for at .* by worker-notes/);
}, 60_000);
