import { copyFile, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../local/server.ts";
import { commandLine, mcpServer } from "../../shared/contracts/binding/mcp/mcp-server.ts";
import { buddyLine, pageCommands } from "./page-commands.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";
let server: RunningServer | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-mcp-"));
});
afterAll(async () => {
  await server?.stop();
  // A task that the stop left at its work may still write its files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** The example's server, with the Node that runs this and with files of this test's folder. */
const registered = async () => {
  const { args, ...told } = JSON.parse(await readFile(join(root, "examples/mcp/server.json"), "utf8"));
  const [program, ...files] = args;
  const paths = [join(root, program), ...files.map((file: string) => join(folder, file))];
  return { ...told, command: process.execPath, args: paths };
};

const { performed } = pageCommands(
  () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder],
  {
    readFile: async (path: string) =>
      path === "examples/mcp/server.json" ? JSON.stringify(await registered()) : readFile(join(root, path), "utf8"),
    writeFile: (path: string, content: Uint8Array) => writeFile(join(folder, path), content),
    readBytes: (path: string) => readFile(path).catch(() => undefined),
    readFolder: (path: string) => readdir(path).catch(() => undefined),
  },
);

const perform = async (step: string): Promise<string> => {
  const copied = /^cp (\S+) (\S+)$/.exec(step);
  if (copied !== null) {
    await copyFile(join(root, copied[1] ?? ""), join(folder, copied[2] ?? ""));
    return "";
  }
  const changed = /^sed -i "s\/([^/]+)\/([^/]+)\/" (\S+)$/.exec(step);
  if (changed !== null) {
    const path = join(folder, changed[3] ?? "");
    const text = await readFile(path, "utf8");
    expect(text).toContain(changed[1]);
    await writeFile(path, text.replace(changed[1] ?? "", changed[2] ?? ""));
    return "";
  }
  const line = buddyLine(step);
  if (!line.startsWith("start ")) return performed(line);
  expect(line).toBe(
    'start --live --open-registry --allow-stdio "node examples/mcp/server.ts my-tools.json my-notes.json"',
  );
  const program = mcpServer.parse(await registered());
  if (program.kind !== "stdio") throw new Error("the example is a program");
  const allowed_commands = [commandLine(program)];
  server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true, allowed_commands });
  return "";
};

const notes = async (): Promise<number> =>
  Object.keys(JSON.parse(await readFile(join(folder, "my-notes.json"), "utf8").catch(() => "{}"))).length;

it("a tool of an MCP server, and what becomes of it when it changes: every command of the page does what the page says", async () => {
  const page = await readFile(join(root, "docs/mcp-servers.md"), "utf8");
  const steps = [...page.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = ""]) => block.trim().split("\n"));
  const said: string[] = [];
  const kept: number[] = [];
  for (const step of steps) {
    said.push(await perform(step));
    kept.push(await notes());
  }
  expect(kept.filter((count, index) => count !== kept[index - 1])).toEqual([0, 1, 2, 1]);
  const all = said.join("\n");
  expect(all).toContain("my-proposal.json proposes 4 tools");
  expect(all).toContain("notes: as it was reviewed");
  expect(all).toContain("held back until a person accepts it");
  expect(all).toContain('+ "Adds a note, and tells everybody"');
  expect(all).toContain("add_note is accepted by olga");
}, 60_000);
