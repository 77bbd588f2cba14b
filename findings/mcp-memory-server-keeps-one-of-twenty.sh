#!/usr/bin/env bash
# @modelcontextprotocol/server-memory 2026.8.31: calls that overlap lose each other's writes, and each is answered as done.
#
# Guess: one process behind one pipe does one write after the other; what was answered with the new entity is in its file.
# Seen (Node 24.21.0, 2026-11-29): of 20 `create_entities` sent without waiting, 20 are answered without isError and with the
# entity that each made, and `read_graph` knows 1 of them. Sent one after the other, all 20 are there. An agent framework
# that runs the tool calls of one turn in parallel meets that; who calls it for several agents has to let one call in at a
# time.
# Source: dist/index.js, where each tool reads the whole file, changes it in memory and writes it whole.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @modelcontextprotocol/server-memory@2026.8.31 @modelcontextprotocol/sdk@1.32.2 >/dev/null 2>&1
cat >remember.js <<'JS'
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";

const program = "node_modules/@modelcontextprotocol/server-memory/dist/index.js";
const names = Array.from({ length: 20 }, (_, index) => `entity ${index}`);

/** How many of twenty are answered as done, and how many are known afterwards. */
const remember = async (file, each) => {
  const env = { PATH: process.env.PATH, MEMORY_FILE_PATH: join(process.cwd(), file) };
  const client = new Client({ name: "finding", version: "1.0.0" });
  await client.connect(new StdioClientTransport({ command: process.execPath, args: [program], env, stderr: "ignore" }));
  const create = (name) =>
    client.callTool({ name: "create_entities", arguments: { entities: [{ name, entityType: "thing", observations: [] }] } });
  const answers = await each(create);
  const graph = await client.callTool({ name: "read_graph", arguments: {} });
  await client.close();
  const done = answers.filter((answer, index) => !answer.isError && JSON.stringify(answer).includes(names[index]));
  return { done: done.length, known: graph.structuredContent.entities.length };
};

const inTurn = await remember("in-turn.jsonl", async (create) => {
  const answers = [];
  for (const name of names) answers.push(await create(name));
  return answers;
});
const together = await remember("together.jsonl", (create) => Promise.all(names.map(create)));
console.log(`one after the other: ${inTurn.done} answered as done, ${inTurn.known} known`);
console.log(`without waiting:     ${together.done} answered as done, ${together.known} known`);
const asSeen = inTurn.done === 20 && inTurn.known === 20 && together.done === 20 && together.known < 20;
process.exitCode = asSeen ? 0 : 1;
JS
node remember.js
