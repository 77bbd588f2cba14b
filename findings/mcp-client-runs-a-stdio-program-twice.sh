#!/usr/bin/env bash
# @modelcontextprotocol/client 2.4.0: a client that negotiates the protocol's version over stdio runs the program twice;
# what the program did at its start is done twice, and the first process is ended before it served anything.
#
# Guess: one `connect` is one start of the program, as with the client's usual settings; versions are agreed on in it.
# Seen (2026-11-28): 1 start without versionNegotiation, 2 with { mode: "auto" }, at a server that knows the older line.
# A program that takes a lock, a port or a licence when it starts, or that is slow to start, meets that.
# Source: VersionNegotiationMode in the package's type declarations: the probe has a process of its own, beside the transport's.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @modelcontextprotocol/client@2.4.0 @modelcontextprotocol/server-memory@2026.8.31 >/dev/null 2>&1
cat >program.js <<'JS'
import { appendFileSync } from "node:fs";

// What a program might do at its start: here it notes that it was started.
appendFileSync(process.env.STARTS, "started\n");
await import("./node_modules/@modelcontextprotocol/server-memory/dist/index.js");
JS
cat >count.js <<'JS'
import { readFileSync, writeFileSync } from "node:fs";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const startsWith = async (options) => {
  writeFileSync("starts", "");
  const client = new Client({ name: "count", version: "1" }, options);
  const env = { ...process.env, STARTS: "starts", MEMORY_FILE_PATH: `${process.cwd()}/memory.json` };
  await client.connect(new StdioClientTransport({ command: process.execPath, args: ["program.js"], env, stderr: "ignore" }));
  const { tools } = await client.listTools();
  await client.close();
  return { starts: readFileSync("starts", "utf8").trim().split("\n").length, tools: tools.length };
};

const usual = await startsWith({});
const negotiating = await startsWith({ versionNegotiation: { mode: "auto" } });
console.log(`usual: ${usual.starts} start(s), ${usual.tools} tools; negotiating: ${negotiating.starts} start(s), ${negotiating.tools} tools`);
if (usual.starts !== 1 || negotiating.starts !== 2) {
  console.log("CHANGED: it was 1 start and 2 starts");
  process.exitCode = 1;
}
JS
node count.js
