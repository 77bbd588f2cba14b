import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { setSecret } from "../../local/secrets-file.ts";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken, type TokenRequest } from "../../local/tokens.ts";
import { commandLine, mcpServer, type StdioMcpServer } from "../../shared/contracts/binding/mcp/mcp-server.ts";
import { defineContract } from "../../shared/contracts/define-contract.ts";
import { proposeMcpTools } from "../../shared/contracts/import/mcp-tools.ts";

const READS = new Set(["read_graph", "search_nodes", "read_text_file", "list_directory"]);
const UNASKED = { requires_approval: false, approvals_required: 0 };
/** As a reviewer left them: reading is LOW; making entities asks nobody, and no two calls of it write the graph at once. */
const reviewed = (tool: string): Record<string, unknown> => {
  if (READS.has(tool)) return { ...UNASKED, risk_level: "LOW", reversible: true, timeout_seconds: 5 };
  const resources = [{ key: "memory:graph", access: "write" }];
  return tool === "create_entities" ? { ...UNASKED, risk_level: "MEDIUM", timeout_seconds: 10, resources } : {};
};

let folder: string;
let server: RunningServer;
let behind: readonly StdioMcpServer[];
const clients: Client[] = [];

const program = (
  name: string,
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): StdioMcpServer => {
  const at = `node_modules/@modelcontextprotocol/${file}/dist/index.js`;
  const parsed = mcpServer.parse({ kind: "stdio", server: name, command: process.execPath, args: [at, ...args], env });
  if (parsed.kind !== "stdio") throw new Error("no program");
  return parsed;
};

const connected = async (transport: Transport): Promise<Client> => {
  const client = new Client({ name: "agent", version: "1" });
  await client.connect(transport);
  clients.push(client);
  return client;
};

/** Imports each tool of a server under its own name, as a reviewer left it. */
const imported = async ({ deps }: RunningServer["stack"], from: StdioMcpServer): Promise<void> => {
  await deps.servers.put(from);
  const listed = await deps.toolLists.of(from.server);
  if (!listed.ok) throw new Error(JSON.stringify(listed.refusal));
  for (const { original, contract } of proposeMcpTools(from.server, listed.value).tools) {
    const defined = defineContract({ ...contract, ...reviewed(original) }, 1);
    if (!defined.ok) throw new Error(JSON.stringify(defined.refusal));
    await deps.contracts.put(defined.value);
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-gateway-"));
  await writeFile(join(folder, "note.txt"), "Ann called");
  behind = [
    program("files", "server-filesystem", [folder]),
    // Elsewhere it would keep its memory beside its own sources, and find there what another run had left.
    program("memory", "server-memory", [], { MEMORY_FILE_PATH: "memory-file" }),
  ];
  for (const family of ["read", "write"])
    await setSecret(join(folder, ".buddy"), `${family}/memory-file`, join(folder, "memory.jsonl"));
  server = await startServer({
    data_dir: join(folder, ".buddy"),
    port: 0,
    registry_open: true,
    live_enabled: true,
    allowed_commands: behind.map(commandLine),
  });
  for (const each of behind) await imported(server.stack, each);
  const agent = { agent_id: "agent_1", owner: "olga", granted_permissions: [], allowed_submitters: [] };
  await server.stack.deps.agents.put({ ...agent, default_confidence: 0.95 });
}, 60_000);
afterAll(async () => {
  await Promise.all(clients.map((client) => client.close()));
  await server.stop();
  // A task that the stop left at its work may still write its files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const atTheDoor = async (): Promise<Client> => {
  const now = new Date();
  const token = await mintToken(join(folder, ".buddy"), { name: "agent_1", scopes: ["agent", "agent:agent_1"], now });
  const headers = { authorization: `Bearer ${token}` };
  return connected(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }));
};

/** As Bob does it over the API. */
const bob = async (method: string, path: string, body?: object) => {
  const scopes: TokenRequest["scopes"] = ["read", "approvals:decide"];
  const token = await mintToken(join(folder, ".buddy"), { name: "bob", scopes, now: new Date() });
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(server.url + path, { method, headers, ...sent });
  expect(response.ok, `${method} ${path}`).toBe(true);
  return response.json();
};

const request = z.looseObject({ approval_id: z.string(), digest: z.string() });
const queue = z.looseObject({ plans: z.array(z.looseObject({ approvals: z.array(request) })) });

/** Approves the one request that is open. */
const approved = async (): Promise<void> => {
  const { plans } = queue.parse(await bob("GET", "/approvals"));
  const [request, ...more] = plans.flatMap(({ approvals }) => approvals);
  expect(more).toEqual([]);
  const { approval_id, digest } = request ?? { approval_id: "", digest: "" };
  await bob("POST", `/approvals/${approval_id}/decision`, { decision: "approve", digest });
};

it("an agent that used two servers directly changes the address only: reads are answered, a write is asked for and then made", async () => {
  const direct = await connected(new StdioClientTransport({ command: process.execPath, args: behind[0]?.args ?? [] }));
  const governed = await atTheDoor();

  const [own, all] = await Promise.all([direct.listTools(), governed.listTools()]);
  const named = new Map(all.tools.map((tool) => [tool.name, tool]));
  for (const { name } of own.tools) expect(named.has(name), name).toBe(true);
  expect(named.get("read_text_file")?.annotations).toMatchObject({ readOnlyHint: true });

  const read = { name: "read_text_file", arguments: { path: join(folder, "note.txt") } };
  const [before, after] = [await direct.callTool(read), await governed.callTool(read)];
  expect(after.structuredContent).toEqual(before.structuredContent);
  expect(after.isError ?? false).toBe(false);
  expect((await governed.callTool({ name: "read_graph", arguments: {} })).isError ?? false).toBe(false);

  const write = {
    name: "write_file",
    arguments: { path: join(folder, "new.txt"), content: "hello" },
    _meta: { "buddy/wait_seconds": 2 },
  };
  const waiting = await governed.callTool(write);
  expect(waiting._meta?.["buddy/call"]).toMatchObject({ outcome: "waiting", for: "approval" });
  await expect(readFile(join(folder, "new.txt"))).rejects.toThrow();

  await approved();
  const made = await governed.callTool({ ...write, _meta: { "buddy/wait_seconds": 25 } });
  expect(made._meta?.["buddy/call"]).toMatchObject({ outcome: "done", mode: "LIVE", attached: true });
  expect(await readFile(join(folder, "new.txt"), "utf8")).toBe("hello");
}, 60_000);

// Called directly without waiting, this server answers each of them as done and keeps the last.
it("calls made together are all kept by a server that loses writes which overlap, once its tools name what they write", async () => {
  const governed = await atTheDoor();
  const names = Array.from({ length: 8 }, (_, index) => `entity ${index}`);
  const create = (name: string) => ({
    name: "create_entities",
    arguments: { entities: [{ name, entityType: "thing", observations: [] }] },
    _meta: { "buddy/wait_seconds": 25 },
  });
  const answers = await Promise.all(names.map((name) => governed.callTool(create(name))));
  expect(answers.map(({ _meta }) => _meta?.["buddy/call"])).toMatchObject(names.map(() => ({ outcome: "done" })));
  const graph = await governed.callTool({ name: "read_graph", arguments: {} });
  const { entities } = graph.structuredContent as { entities: { name: string }[] };
  expect(entities.map(({ name }) => name).sort()).toEqual(names);
}, 60_000);
