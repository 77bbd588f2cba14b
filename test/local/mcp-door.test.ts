import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Client as OlderClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport as OlderStdio } from "@modelcontextprotocol/sdk/client/stdio.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RunningServer, startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";

let data_dir: string;
let server: RunningServer;

beforeAll(async () => {
  data_dir = await mkdtemp(join(tmpdir(), "buddy-mcp-"));
  server = await startServer({ data_dir, port: 0, registry_open: true, live_enabled: true });
});
afterAll(async () => {
  await server.stop();
  // A task that the stop left at its work may still write its files.
  await rm(data_dir, { recursive: true, force: true, maxRetries: 10 });
});

const program = () => ({
  command: join("node_modules", ".bin", "node"),
  args: ["cli/buddy.ts", "mcp", "--agent", "agent_1", "--endpoint", server.url, "--data", data_dir],
});

const SURE = { "buddy/confidence": 0.95 };
const READ = { name: "memory_search", arguments: { query: "ann" }, _meta: SURE };
const done = { outcome: "done", mode: "LIVE" };

describe("the server of one machine", () => {
  it("the server of one machine answers a read over HTTP at once, LIVE", async () => {
    const token = await mintToken(data_dir, { name: "agent_1", scopes: ["agent", "agent:agent_1"], now: new Date() });
    const client = new Client({ name: "c", version: "1" }, { versionNegotiation: { mode: "auto" } });
    const requestInit = { headers: { authorization: `Bearer ${token}` } };
    await client.connect(new StreamableHTTPClientTransport(new URL(`${server.url}/mcp`), { requestInit }));
    expect((await client.callTool(READ))._meta?.["buddy/call"]).toMatchObject(done);
    await client.close();
  });

  it("the server of one machine refuses an agent's token that has expired, at each of its doors, and takes the next one", async () => {
    const tokenOf = (now: Date) =>
      mintToken(data_dir, { name: "agent_1", scopes: ["agent", "agent:agent_1"], now, seconds: 60 });
    const call = { agent_id: "agent_1", tool_name: "memory_search", arguments: { query: "ann" }, confidence: 0.95 };
    const message = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "memory_search", arguments: {} } };
    const statuses = async (token: string) => {
      const headers = {
        ...{ authorization: `Bearer ${token}`, "content-type": "application/json" },
        accept: "application/json, text/event-stream",
      };
      const sent = [
        fetch(`${server.url}/calls`, { method: "POST", headers, body: JSON.stringify(call) }),
        fetch(`${server.url}/mcp`, { method: "POST", headers, body: JSON.stringify(message) }),
      ];
      return Promise.all((await Promise.all(sent)).map(async (answer) => [answer.status, await answer.text()]));
    };
    const expired = await statuses(await tokenOf(new Date(Date.now() - 3_600_000)));
    expect(expired).toEqual([
      [401, expect.stringContaining("expired")],
      [401, expect.stringContaining("expired")],
    ]);
    expect((await statuses(await tokenOf(new Date()))).map(([status]) => status)).toEqual([200, 200]);
  });

  it("the server of one machine is reached by no page whose name leads to this machine", async () => {
    const token = await mintToken(data_dir, { name: "agent_1", scopes: ["agent", "agent:agent_1"], now: new Date() });
    const { status } = await asked({ host: "evil.example", authorization: `Bearer ${token}` });
    expect(status).toBe(403);
  });
});

/** With any Host, which `fetch` does not let one say. */
const asked = async (headers: Record<string, string>): Promise<{ status: number | undefined }> => {
  const { request } = await import("node:http");
  return new Promise((resolve, reject) => {
    const sent = request(`${server.url}/mcp`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
    });
    sent.on("response", (response) => {
      response.resume();
      resolve({ status: response.statusCode });
    });
    sent.on("error", reject);
    sent.end('{"jsonrpc":"2.0","id":1,"method":"ping"}');
  });
};

describe("buddy mcp", () => {
  it("buddy mcp speaks the older line over stdio, and answers a read at once", async () => {
    const client = new OlderClient({ name: "older", version: "1" });
    await client.connect(new OlderStdio({ ...program(), stderr: "pipe" }));
    expect((await client.listTools()).tools.map(({ name }) => name)).toContain("memory_search");
    expect((await client.callTool(READ))._meta?.["buddy/call"]).toMatchObject(done);
    await client.close();
  });

  it("buddy mcp speaks the newer line over stdio, and proposes a plan", async () => {
    const client = new Client({ name: "newer", version: "1" }, { versionNegotiation: { mode: "auto" } });
    await client.connect(new StdioClientTransport({ ...program(), stderr: "pipe" }));
    expect(client.getNegotiatedProtocolVersion()).toBe("2026-07-28");
    const plan = { key: "k1", steps: [{ step_id: "s", tool_name: "memory_search", arguments: { query: "ann" } }] };
    expect(await client.callTool({ name: "buddy_propose_plan", arguments: plan })).not.toHaveProperty("isError", true);
    await client.close();
  });
});
