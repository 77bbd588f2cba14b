import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type RunningServer, startServer } from "../../local/server.ts";
import { buddyLine, pageCommands, stepsOf } from "./page-commands.ts";

const root = join(import.meta.dirname, "../..");
let folder = "";
let server: RunningServer | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-mcp-page-"));
});
afterAll(async () => {
  await server?.stop();
  // A task that the stop left at its work may still write its files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const here = () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder];
const { buddy } = pageCommands(here, { readFile: (path: string) => readFile(join(root, path), "utf8") });

const program = z.object({
  mcpServers: z.object({
    buddy: z.object({ command: z.literal("npx"), args: z.tuple([z.literal("buddy")], z.string()) }),
  }),
});
const address = z.object({
  servers: z.object({ buddy: z.object({ url: z.url(), headers: z.object({ Authorization: z.string() }) }) }),
});

it("the commands and the two configurations of the page give an agent its tools", async () => {
  const page = await readFile(join(root, "docs/mcp.md"), "utf8");
  let token = "";
  for (const line of stepsOf(page).map(buddyLine)) {
    if (line === "start --live --open-registry") {
      server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true });
    } else token = await buddy(line);
  }
  const [starts, speaks] = [...page.matchAll(/^```json\n(.*)\n```$/gm)].map(([, text = ""]) => JSON.parse(text));
  const [, ...args] = program.parse(starts).mcpServers.buddy.args;
  const { url, headers } = address.parse(speaks).servers.buddy;
  const at = new URL(new URL(url).pathname, server?.url);
  const requestInit = { headers: { authorization: headers.Authorization.replace("<token>", token.trim()) } };
  const transports = [
    new StdioClientTransport({
      command: process.execPath,
      args: ["cli/buddy.ts", ...args, ...here()],
      cwd: root,
      stderr: "pipe",
    }),
    new StreamableHTTPClientTransport(at, { requestInit }),
  ];
  for (const transport of transports) {
    const client = new Client({ name: "page", version: "1" });
    await client.connect(transport);
    const names = (await client.listTools()).tools.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["msgraph_send_email", "buddy_wait"]));
    expect(names).not.toContain("mployer_search");
    await client.close();
  }
}, 60_000);
