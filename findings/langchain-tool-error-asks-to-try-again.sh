#!/usr/bin/env bash
# langchain 1.5.14: what a tool throws is told to the model with "Please fix your mistakes.", whatever it was.
#
# Guess: the model is shown the error's message, so that a tool refuses by throwing ("rejected: do not ask again").
# Seen (2026-11-28): the message of the tool is "Error: <message>\n Please fix your mistakes.", which asks the model to propose
# the refused call once more. A tool that returns a ToolMessage with status "error" is shown as it is.
# Source: dist/agents/nodes/ToolNode.js, `defaultHandleToolErrors`.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund langchain@1.5.14 @langchain/core@1.4.0 zod@4.6.7 >/dev/null 2>&1
cat >refuse.js <<'JS'
import { AIMessage, HumanMessage, ToolMessage } from "@langchain/core/messages";
import { fakeModel } from "@langchain/core/testing";
import { createAgent, tool } from "langchain";
import { z } from "zod";

const words = "Rejected. Do not make this call again.";
const fields = { description: "", schema: z.object({}) };
const throwing = tool(() => { throw new Error(words); }, { name: "throwing", ...fields });
const saying = tool(
  (_input, { toolCall }) => new ToolMessage({ content: words, tool_call_id: toolCall.id, name: "saying", status: "error" }),
  { name: "saying", ...fields },
);
const calls = ["throwing", "saying"].map((name) => ({ name, args: {}, id: name, type: "tool_call" }));
const model = fakeModel().respond(new AIMessage({ content: "", tool_calls: calls })).respond(new AIMessage("done"));
const { messages } = await createAgent({ model, tools: [throwing, saying] }).invoke({ messages: [new HumanMessage("go")] });
const seen = messages.filter((message) => ToolMessage.isInstance(message)).map(({ text }) => text);
console.log(seen.join("\n--\n"));
process.exit(JSON.stringify(seen) === JSON.stringify([`Error: ${words}\n Please fix your mistakes.`, words]) ? 0 : 1);
JS
node refuse.js
