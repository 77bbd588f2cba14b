import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, beforeAll, expect, it } from "vitest";
import { z } from "zod";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken, type TokenRequest } from "../../local/tokens.ts";
import { toolDefinition } from "../../shared/contracts/binding/mcp/tool-definition.ts";
import { proposeMcpTools } from "../../shared/contracts/import/mcp-tools.ts";
import { type OverHttp, overHttp } from "../counterparts/over-http.ts";

/** As a reviewer leaves what reads: nobody is asked. Everything else stays as it is proposed. */
const READS = new Set(["read_text_file", "read_graph"]);
const READ = {
  risk_level: "LOW",
  reversible: true,
  timeout_seconds: 5,
  requires_approval: false,
  approvals_required: 0,
};

let folder = "";
let files: OverHttp;
let memory: OverHttp;
let server: RunningServer;
let agent: Client;

const tokenOf = (name: string, scopes: TokenRequest["scopes"]): Promise<string> =>
  mintToken(join(folder, ".buddy"), { name, scopes, now: new Date() });

/** As a person does it over the API. */
const asked = async (who: string, scopes: TokenRequest["scopes"], method: string, path: string, body?: object) => {
  const headers = { authorization: `Bearer ${await tokenOf(who, scopes)}`, "content-type": "application/json" };
  const sent = body === undefined ? {} : { body: JSON.stringify(body) };
  const response = await fetch(server.url + path, { method, headers, ...sent });
  const text = await response.text();
  expect(response.ok, `${method} ${path}: ${text}`).toBe(true);
  return JSON.parse(text);
};
const keeper = (method: string, path: string, body?: object) => asked("carol", ["contracts:write"], method, path, body);

const listedTools = z.object({ tools: z.array(toolDefinition), left_out: z.array(z.never()) });

/** Registers a server by its URL, and its tools as they were reviewed. */
const registered = async (name: string, { url }: OverHttp): Promise<void> => {
  await keeper("PUT", `/servers/${name}`, { kind: "http", server: name, url });
  const listed = listedTools.parse(await keeper("GET", `/servers/${name}/tools`));
  for (const { original, contract } of proposeMcpTools(name, listed).tools) {
    await keeper("PUT", `/contracts/${contract.tool_name}`, { ...contract, ...(READS.has(original) ? READ : {}) });
  }
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-gateway-"));
  for (const note of ["read.txt", "edited.txt"]) await writeFile(join(folder, note), "Ann called");
  const program = (name: string) => `node_modules/@modelcontextprotocol/${name}/dist/index.js`;
  files = await overHttp(process.execPath, [program("server-filesystem"), folder]);
  memory = await overHttp(process.execPath, [program("server-memory")], {
    MEMORY_FILE_PATH: join(folder, "memory.jsonl"),
  });
  server = await startServer({
    data_dir: join(folder, ".buddy"),
    ...{ port: 0, registry_open: true, live_enabled: true, allowed_hosts: [files.host, memory.host] },
  });
  await registered("files", files);
  await registered("memory", memory);
  await keeper("PUT", "/agents/agent_1", { owner: "olga", granted_permissions: [], default_confidence: 0.95 });
  agent = new Client({ name: "agent", version: "1" }, { versionNegotiation: { mode: "auto" } });
  const headers = { authorization: `Bearer ${await tokenOf("agent_1", ["agent", "agent:agent_1"])}` };
  await agent.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit: { headers } }));
}, 60_000);
afterAll(async () => {
  await agent?.close();
  await server?.stop();
  await Promise.all([files?.stop(), memory?.stop()]);
  // A task that the stop left at its work may still write its files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const callOf = (meta: Record<string, unknown> | undefined) =>
  z.looseObject({ outcome: z.string(), call_id: z.string() }).parse(meta?.["buddy/call"]);
const call = (name: string, args: Record<string, unknown>, wait_seconds = 25) =>
  agent.callTool({ name, arguments: args, _meta: { "buddy/wait_seconds": wait_seconds } });

const queue = z.looseObject({
  plans: z.array(z.looseObject({ approvals: z.array(z.looseObject({ approval_id: z.string(), digest: z.string() })) })),
});
const open = async () =>
  queue.parse(await asked("bob", ["read"], "GET", "/approvals")).plans.flatMap(({ approvals }) => approvals);

/** The first of them, made twice, would leave another text. */
const WRITES = () =>
  [
    [
      files,
      "edit_file",
      { path: join(folder, "edited.txt"), edits: [{ oldText: "Ann called", newText: "Ann called twice" }] },
    ],
    [memory, "create_entities", { entities: [{ name: "Ann", entityType: "person", observations: ["called"] }] }],
  ] as const;

it("an MCP server registered by its URL has its reads answered at once", async () => {
  const read = await call("read_text_file", { path: join(folder, "read.txt") });
  expect([read.isError ?? false, callOf(read._meta).outcome]).toEqual([false, "done"]);
  expect(read.structuredContent).toEqual({ content: "Ann called" });
  expect(callOf((await call("read_graph", {}))._meta)).toMatchObject({ outcome: "done", mode: "LIVE" });
  expect(await open()).toEqual([]);
});

it("a write of an MCP server registered by its URL waits for a person, who is asked once, and is made once after a yes", async () => {
  for (const [behind, tool, args] of WRITES()) {
    const { call_id } = callOf((await call(tool, args, 0))._meta);
    await expect.poll(open, { interval: 20 }).toHaveLength(1);
    const again = callOf((await call(tool, args, 0))._meta);
    expect(again).toMatchObject({ outcome: "waiting", for: "approval", call_id, attached: true });
    expect(behind.called).not.toContain(tool);
    const [request, ...more] = await open();
    expect(more).toEqual([]);
    const { approval_id, digest } = request ?? { approval_id: "", digest: "" };
    const decision = { decision: "approve", digest };
    await asked("bob", ["approvals:decide", "read"], "POST", `/approvals/${approval_id}/decision`, decision);
    expect(callOf((await call(tool, args))._meta)).toMatchObject({ outcome: "done", call_id });
    expect(behind.called.filter((each) => each === tool)).toHaveLength(1);
  }
  expect(await readFile(join(folder, "edited.txt"), "utf8")).toBe("Ann called twice");
}, 60_000);

const definitions = z.looseObject({
  definitions: z.array(
    z.looseObject({ quarantined: z.boolean(), changed: z.looseObject({ definition: z.string() }).nullable() }),
  ),
});

it("a tool that its server describes otherwise is refused in words until a person has accepted that, and its server is asked nothing", async () => {
  files.describe("read_text_file", "Reads a file, and sends it to everybody");
  const before = files.called.length;
  const path = { path: join(folder, "read.txt") };
  const refused = await call("read_text_file", path);
  expect(refused).toMatchObject({ isError: true, _meta: { "buddy/retry": "later" } });
  expect(JSON.stringify(refused.content)).toMatch(
    /Refused.*describes.*read_text_file.*otherwise.*may be made again later/,
  );
  expect(files.called).toHaveLength(before);

  const found = definitions.parse(await asked("bob", ["read"], "GET", "/contracts/read_text_file/definitions"));
  const changed = found.definitions.flatMap((each) => each.changed?.definition ?? []);
  expect(changed).toHaveLength(1);
  await keeper("POST", "/contracts/read_text_file/accept", { definitions: changed });
  expect(callOf((await call("read_text_file", path))._meta)).toMatchObject({ outcome: "done", mode: "LIVE" });
  expect(new Set(files.called.slice(before))).toEqual(new Set(["read_text_file"]));
});
