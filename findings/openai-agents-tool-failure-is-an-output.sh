#!/usr/bin/env bash
# @openai/agents-core 0.20.0: a function tool whose code throws gives an output, and the error is told to nobody but the
# current span, without its words.
#
# Guess: `tool.invoke()` rejects with the error, or its result is marked as a failure, so that who wraps a tool can tell a
# call that failed from one that was done.
# Seen (2026-11-28): it resolves with the text "An error occurred while running the tool. Please try again."; the words of
# the error are nowhere, and a timeout resolves with a text as well. Only `errorFunction: null` makes it reject. What
# records calls by their result records both as done; a refusal that is thrown is told to the model as "try again".
# Source: dist/tool.mjs, where `invokeWithoutTimeout` catches, and `defaultToolErrorFunction` takes no argument.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @openai/agents-core@0.20.0 zod@4.6.7 >/dev/null 2>&1
cat >fail.js <<'JS'
import { RunContext, tool } from "@openai/agents-core";
import { z } from "zod";

const parameters = z.object({});
const failing = (more) =>
  tool({ name: "send", description: "", parameters, execute: () => { throw new Error("the mailbox is full"); }, ...more });
const slow = tool({ name: "slow", description: "", parameters, timeoutMs: 5, execute: () => new Promise(() => {}) });
const said = (made) => made.invoke(new RunContext(), "{}").then((output) => `resolves: ${output}`, (error) => `rejects: ${error.message}`);

const seen = [await said(failing({})), await said(slow), await said(failing({ errorFunction: null }))];
console.log(seen.join("\n"));
const expected = [
  "resolves: An error occurred while running the tool. Please try again.",
  "resolves: Tool 'slow' timed out after 5ms.",
  "rejects: the mailbox is full",
];
process.exit(JSON.stringify(seen) === JSON.stringify(expected) ? 0 : 1);
JS
node fail.js
