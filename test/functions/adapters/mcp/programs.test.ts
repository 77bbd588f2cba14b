import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { mcpClient } from "../../../../functions/adapters/mcp/mcp-client.ts";
import { stdioTransports } from "../../../../functions/adapters/mcp/stdio-transport.ts";
import { commandLine, mcpServer, type StdioMcpServer } from "../../../../shared/contracts/binding/mcp/mcp-server.ts";
import type { JsonObject } from "../../../../shared/plan/json.ts";
import type { McpTarget } from "../../../../shared/ports/mcp.ts";

const folder = await mkdtemp(join(tmpdir(), "buddy-mcp-"));
const told = join(folder, "told");
const effects = join(folder, "effects");
const PROGRAM = new URL("../../../counterparts/mcp-program.ts", import.meta.url).pathname;

const program = (command: string, ...args: string[]): StdioMcpServer => {
  const server = mcpServer.parse({ kind: "stdio", server: "contacts", command, args, env: { CONTACTS_TOKEN: "crm" } });
  if (server.kind !== "stdio") throw new Error("no program");
  return server;
};
const contacts = program(process.execPath, PROGRAM, told, effects);
const memory = program(process.execPath, "node_modules/@modelcontextprotocol/server-memory/dist/index.js");
const files = program(process.execPath, "node_modules/@modelcontextprotocol/server-filesystem/dist/index.js", folder);

let now = 0;
const reach = { allowed_hosts: [], networks: [], loopback: false };
const stdio = stdioTransports([contacts, memory, files].map(commandLine));
const client = mcpClient({ reach, stdio, now: () => now });
afterAll(async () => {
  await client.stop();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  await writeFile(told, "");
  await writeFile(effects, "");
});

const to = (server: StdioMcpServer, family: "read" | "write" = "write"): McpTarget => ({
  server,
  credentials: {
    family,
    headers: {},
    env: { CONTACTS_TOKEN: "a-token-of-its-own", MEMORY_FILE_PATH: join(folder, "m") },
  },
});
const limits = { timeout_ms: 10_000 };
const set = (target: McpTarget, stage: string) =>
  client.call(target, { tool: "set_contact", arguments: { contact_id: "c1", stage }, meta: {} }, limits);
const textOf = async (server: StdioMcpServer, tool: string, args: JsonObject): Promise<string> => {
  expect((await client.tools(to(server), limits)).ok).toBe(true);
  return JSON.stringify(await client.call(to(server), { tool, arguments: args, meta: {} }, limits));
};

describe("a server that is a program", () => {
  it("a server's program is started once and kept, whatever it writes beside its messages", async () => {
    const listed = await client.tools(to(contacts), limits);
    expect(listed.ok && listed.value.tools.map(({ name }) => name)).toContain("set_contact");
    expect(await set(to(contacts), "won")).toMatchObject({ kind: "answered", result: { is_error: false } });
    expect(await set(to(contacts), "lost")).toMatchObject({ kind: "answered" });
    expect(await readFile(effects, "utf8")).toBe('changed c1 {"stage":"won"}\nchanged c1 {"stage":"lost"}\n');
  });

  it("a server's program that dies in the middle of a call leaves it unknown, and is started again, later each time", async () => {
    const dying = program(process.execPath, PROGRAM, told, effects);
    const target = {
      ...to(dying),
      credentials: { ...to(dying).credentials, env: { CONTACTS_TOKEN: "another-token" } },
    };
    await writeFile(told, "dies_after_acting");
    const died = await set(target, "won");
    expect(died).toMatchObject({ kind: "unknown", timed_out: false });
    expect("error" in died && died.error).toContain("the program says hello to another-token");
    expect(await readFile(effects, "utf8")).toBe('changed c1 {"stage":"won"}\n');
    // The first time at once.
    await writeFile(told, "dies_after_acting");
    expect((await set(target, "lost")).kind).toBe("unknown");
    expect(await set(target, "lead")).toMatchObject({
      kind: "not_sent",
      error: expect.stringContaining("it ended, and is started again in 1 s"),
    });
    now += 1_000;
    expect((await set(target, "lead")).kind).toBe("answered");
  });

  it("a server's program that does not answer in time leaves the call unknown, and is spoken to further", async () => {
    await writeFile(told, "silent_after_acting");
    const target = { ...to(contacts), credentials: { ...to(contacts).credentials, family: "read" as const } };
    const quick = { tool: "set_contact", arguments: { contact_id: "c1" }, meta: {} };
    expect((await client.tools(target, limits)).ok).toBe(true);
    expect(await client.call(target, quick, { timeout_ms: 300 })).toMatchObject({ kind: "unknown", timed_out: true });
    expect((await client.call(target, quick, limits)).kind).toBe("answered");
  });

  it("a server's program runs only as an operator allowed it, with these arguments and these variables", async () => {
    for (const other of [program(process.execPath, PROGRAM, told), { ...contacts, env: { NODE_OPTIONS: "crm" } }]) {
      expect(await client.tools(to(other), limits)).toMatchObject({
        ok: false,
        refusal: { error: expect.stringContaining("does not run") },
      });
      expect(await set(to(other), "won")).toMatchObject({ kind: "not_sent" });
    }
    const deployed = mcpClient({ reach, now: () => 0 });
    expect(await deployed.tools(to(contacts), limits)).toMatchObject({
      refusal: { error: expect.stringContaining("on one machine") },
    });
  });

  it("a server's program is not started again once Buddy has ended it: who asks is told to come again", async () => {
    let starts = 0;
    const counted: typeof stdio = (...asked) => {
      starts += 1;
      return stdio(...asked);
    };
    const other = mcpClient({ reach, stdio: counted, now: () => now });
    expect((await other.tools(to(contacts), limits)).ok).toBe(true);
    await other.stop();
    expect(await other.tools(to(contacts), limits)).toMatchObject({ ok: false, refusal: { passing: true } });
    const again = { tool: "set_contact", arguments: { contact_id: "c1" }, meta: {} };
    expect(await other.call(to(contacts), again, limits)).toMatchObject({ kind: "not_sent", passing: true });
    expect(starts).toBe(1);
  });

  it("a server's program that cannot be started is not sent anything", async () => {
    const missing = program("no-such-program-anywhere");
    const other = mcpClient({ reach, stdio: stdioTransports([commandLine(missing)]), now: () => 0 });
    expect(await other.call(to(missing), { tool: "x", arguments: {}, meta: {} }, limits)).toEqual({
      kind: "not_sent",
      error: "it failed: ENOENT",
    });
  });

  it("a server's program may be any that npm has: the memory server and the file server do what they are told", async () => {
    const entities = [{ name: "Benedikt", entityType: "person", observations: ["signed"] }];
    expect(await textOf(memory, "create_entities", { entities })).toContain("Benedikt");
    expect(await textOf(memory, "read_graph", {})).toContain("signed");
    const path = join(folder, "note.txt");
    expect(await textOf(files, "write_file", { path, content: "hello" })).toContain("Successfully wrote");
    expect(await readFile(path, "utf8")).toBe("hello");
    expect(await textOf(files, "read_text_file", { path: "/etc/hostname" })).toContain('"is_error":true');
  });
});
