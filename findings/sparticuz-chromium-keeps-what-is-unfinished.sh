#!/usr/bin/env bash
# @sparticuz/chromium 153.0.0: `executablePath()` takes a file that lies where the browser goes for the browser, whatever is
# in it: an unpacking that was interrupted is never made good, and a second process gets the path while the first writes.
#
# Guess: the promise settles when a whole browser is there, and unpacks again what is not whole.
# Seen (2026-11-28): with an empty file `chromium` in the temporary folder it answers with that file, and it stays empty.
# That is met where a machine keeps its temporary folder between runs, and where two test processes begin at once.
# Source: build/index.js returns join(tmpdir(), "chromium") if that exists, before anything else.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @sparticuz/chromium@153.0.0 >/dev/null 2>&1
cat >see.js <<'JS'
import { statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import chromium from "@sparticuz/chromium";

// As an unpacking leaves it that was interrupted at its very beginning.
writeFileSync(join(tmpdir(), "chromium"), "");
const path = await chromium.executablePath();
const { size } = statSync(path);
console.log(`it answers with a file of ${size} bytes`);
if (size !== 0) {
  console.log("CHANGED: it was a file of 0 bytes");
  process.exitCode = 1;
}
JS
TMPDIR="$folder" node see.js
