#!/usr/bin/env bash
# @modelcontextprotocol/client 2.4.0: a call whose stream of events ends before its answer, as when the server is started
# anew, is not told so. It waits until its own timeout, a minute unless set, though no answer can come any more.
#
# Guess: the stream carries the answer of one request; when it ends without one, the call fails at that moment.
# Seen (2026-11-29): the stream ends at once, and the call fails with REQUEST_TIMEOUT when the request's 3 s are over; nothing
# is said before that, not to `onerror` either. An answer of application/json that is cut off fails at once.
# Whoever sets a long timeout for a slow tool waits that long for every call that was lost, and what the call holds with it.
# Source: _handleSseStream of the package's transport: an ended stream is taken up again where an event had an id, else its
# end is told to subscriptions only (onRequestStreamEnd).
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @modelcontextprotocol/client@2.4.0 >/dev/null 2>&1
cat >waits.js <<'JS'
import { createServer } from "node:http";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const INITIALIZED = { protocolVersion: "2025-11-25", capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } };
const PROGRESS = { jsonrpc: "2.0", method: "notifications/message", params: { level: "info", data: "at work" } };

/** A server that ends in the middle of a call: it has begun its answer, as a stream of events or as JSON. */
const lostAfter = async (kind) => {
  const server = createServer(async (request, response) => {
    let text = "";
    for await (const chunk of request) text += chunk;
    if (request.method !== "POST") return response.writeHead(405).end();
    const { id, method } = JSON.parse(text);
    if (id === undefined) return response.writeHead(202).end();
    if (method === "initialize") {
      response.writeHead(200, { "content-type": "application/json" });
      return response.end(JSON.stringify({ jsonrpc: "2.0", id, result: INITIALIZED }));
    }
    response.writeHead(200, { "content-type": kind });
    response.end(kind === "text/event-stream" ? `event: message\ndata: ${JSON.stringify(PROGRESS)}\n\n` : '{"jsonrpc":"2.0",');
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new Client({ name: "waits", version: "1" });
  const told = [];
  await client.connect(new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${server.address().port}/mcp`)));
  const began = performance.now();
  client.onerror = () => told.push(performance.now() - began);
  const tool = { name: "slow", inputSchema: { type: "object" } };
  const error = await client.callTool({ name: "slow", arguments: {} }, { timeout: 3_000, toolDefinition: tool }).then(
    () => undefined,
    (thrown) => thrown,
  );
  await client.close();
  server.closeAllConnections();
  server.close();
  return { early: told.filter((ms) => ms < 2_500).length, error: error?.code ?? error?.name };
};

const stream = await lostAfter("text/event-stream");
const json = await lostAfter("application/json");
console.log(`stream of events: ${stream.error}, told ${stream.early} time(s) before; JSON: ${json.error}`);
if (stream.error !== "REQUEST_TIMEOUT" || stream.early !== 0 || json.error === "REQUEST_TIMEOUT") {
  console.log("CHANGED: the call on the stream met its timeout and nothing was said before; the one on JSON failed at once");
  process.exitCode = 1;
}
JS
node waits.js
