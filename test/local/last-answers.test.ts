import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as OlderClient } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport as OlderTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, inject, it } from "vitest";
import { callReply } from "../../functions/api/schemas.ts";
import { startServer } from "../../local/server.ts";
import { mintToken } from "../../local/tokens.ts";
import { SCOPES, workScope } from "../../shared/scopes.ts";

const MAIL = {
  agent_id: "agent_1",
  tool_name: "msgraph_send_email",
  arguments: { to: ["ann@example.com"], subject: "Hello", body: "Hello Ann" },
  confidence: 0.95,
};

it("a server that is stopped answers who waits as it stands, and waits for nobody", async () => {
  const data_dir = await mkdtemp(join(inject("temporaryFolder"), "last-"));
  const server = await startServer({ data_dir, port: 0, live_enabled: true, registry_open: true });
  const { executions, work } = server.stack.deps;
  const ask = async (name: string, path: string, body: unknown): Promise<{ status: number; body: unknown }> => {
    const scopes = name === "ada" ? [workScope("cards")] : SCOPES;
    const token = await mintToken(data_dir, { name, scopes, now: new Date() });
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
    const answer = await fetch(server.url + path, { method: "POST", headers, body: JSON.stringify(body) });
    return { status: answer.status, body: await answer.json() };
  };
  const { call_id } = callReply.parse((await ask("alice", "/calls", { ...MAIL, wait_seconds: 0 })).body);
  const call = ask("bob", "/calls", { ...MAIL, wait_seconds: 25 });
  const next = ask("ada", "/work/next", { tools: ["card_move"], wait_seconds: 20 });
  await expect.poll(async () => (await executions.get(call_id))?.attached).toHaveLength(1);
  await expect.poll(() => work.seen.ofGroup("cards")).toHaveLength(1);
  const left = await server.stop();
  expect(await call).toMatchObject({ status: 202, body: { outcome: "waiting", call_id } });
  expect(await next).toEqual({ status: 200, body: { call: null } });
  expect(left.executions).toBe(1);
});

it("a server that is stopped answers agents that wait over MCP, of either line: the call stands, and how to come back", async () => {
  const data_dir = await mkdtemp(join(inject("temporaryFolder"), "last-"));
  const server = await startServer({ data_dir, port: 0, live_enabled: true, registry_open: true });
  const { approvals, executions } = server.stack.deps;
  const token = await mintToken(data_dir, { name: "agent_1", scopes: ["agent", "agent:agent_1"], now: new Date() });
  const address = new URL(`${server.url}/mcp`);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const newer = new Client({ name: "newer", version: "1" }, { versionNegotiation: { mode: "auto" } });
  await newer.connect(new StreamableHTTPClientTransport(address, { requestInit }));
  const older = new OlderClient({ name: "older", version: "1" });
  await older.connect(new OlderTransport(address, { requestInit }));
  const mail = (subject: string) => ({
    name: MAIL.tool_name,
    arguments: { ...MAIL.arguments, subject },
    _meta: { "buddy/confidence": MAIL.confidence },
  });
  const calls = [newer.callTool(mail("one")), older.callTool(mail("two"))];
  const asked = async () => {
    const running = await executions.running();
    return (await Promise.all(running.map((id) => approvals.ofExecution(id)))).flat();
  };
  await expect.poll(asked).toHaveLength(2);
  await server.stop();
  for (const call of calls) {
    const { content, isError, _meta } = await call;
    expect(isError).not.toBe(true);
    expect(JSON.stringify(content)).toMatch(/Not done yet, and not refused: .*buddy_wait/u);
    expect(_meta?.["buddy/call"]).toMatchObject({ outcome: "waiting" });
  }
});
