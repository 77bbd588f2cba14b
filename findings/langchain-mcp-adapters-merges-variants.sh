#!/usr/bin/env bash
# @langchain/mcp-adapters 1.1.4: a tool whose argument is one of several objects, told apart by a literal, can be called
# with the last of them only; a call of any other is refused in the client, and a list of allowed words becomes anything.
#
# Guess: the schema that the server lists is the one the model sees and the one its calls are held to.
# Seen (2026-11-29): `oneOf` of {kind: "person", name} and {kind: "team", id} becomes one object whose kind is "team": the
# person, which the server takes, is refused with "Received tool input did not match expected schema" and never sent.
# `oneOf` of two constants becomes {}: a third word is sent. `not` and `if` are gone as well. An `enum` stays.
# Source: dist/tools.js, `simplifyJsonSchemaForLLM`, which merges the properties of all variants, the last one winning.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @langchain/mcp-adapters@1.1.4 @langchain/core@1.4.0 @modelcontextprotocol/sdk@1.32.2 >/dev/null 2>&1
cat >server.js <<'JS'
import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import { StdioServerTransport } from "@modelcontextprotocol/sdk/server/stdio.js";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

const variant = (kind, field) => ({
  type: "object",
  properties: { kind: { const: kind }, [field]: { type: "string" } },
  required: ["kind", field],
});
const properties = {
  who: { oneOf: [variant("person", "name"), variant("team", "id")] },
  how: { oneOf: [{ const: "mail" }, { const: "letter" }] },
  speed: { enum: ["slow", "fast"] },
};
const server = new Server({ name: "finding", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({
  tools: [{ name: "write_to", description: "", inputSchema: { type: "object", properties } }],
}));
// It answers whatever reaches it.
server.setRequestHandler(CallToolRequestSchema, () => ({ content: [{ type: "text", text: "sent" }] }));
await server.connect(new StdioServerTransport());
JS
cat >call.js <<'JS'
import { MultiServerMCPClient } from "@langchain/mcp-adapters";

const client = new MultiServerMCPClient({
  mcpServers: { desk: { transport: "stdio", command: process.execPath, args: ["server.js"] } },
});
const [tool] = await client.getTools();
const { who, how, speed } = tool.schema.properties;
console.log(`who:   ${JSON.stringify(who)}\nhow:   ${JSON.stringify(how)}\nspeed: ${JSON.stringify(speed)}`);
const seen = {};
for (const [name, call] of Object.entries({
  person: { who: { kind: "person", name: "Ada" } },
  team: { who: { kind: "team", id: "t1" } },
  "third word": { how: "pigeon" },
  "third of an enum": { speed: "warp" },
})) {
  seen[name] = await tool.invoke(call).catch((error) => error.message);
  console.log(`${name}: ${seen[name]}`);
}
await client.close();
const refused = "Received tool input did not match expected schema";
const asSeen =
  seen.person === refused && seen.team === "sent" && seen["third word"] === "sent" && seen["third of an enum"] === refused;
process.exitCode = asSeen ? 0 : 1;
JS
node call.js
