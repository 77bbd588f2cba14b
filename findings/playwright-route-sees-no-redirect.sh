#!/usr/bin/env bash
# playwright-core 1.65.1: a handler of `context.route("**/*")` is asked for the first request of a navigation and never for
# those that its redirects lead to. A list of allowed hosts that is kept in such a handler is left by any redirect.
#
# Guess: every request that the browser makes passes the handler, so that aborting what is not allowed there is enough.
# Seen (2026-11-28, with the Chromium 153 of @sparticuz/chromium 153.0.0): the handler sees /start, the server is asked
# for /start and /end. A proxy, or the protocol's own Fetch domain, sees both.
# Source: crNetworkManager of the package continues a request that has a `redirectedFrom` without asking any route.
#
# Prints what it sees; fails when that changes.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund playwright-core@1.65.1 @sparticuz/chromium@153.0.0 >/dev/null 2>&1
cat >see.js <<'JS'
import { createServer } from "node:http";
import bundled from "@sparticuz/chromium";
import { chromium } from "playwright-core";

const asked = [];
const server = createServer((request, answer) => {
  asked.push(request.url);
  if (request.url === "/start") answer.writeHead(302, { location: "/end" }).end();
  else answer.writeHead(200, { "content-type": "text/html" }).end("<p>there</p>");
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const origin = `http://127.0.0.1:${server.address().port}`;
const browser = await chromium.launch({ executablePath: await bundled.executablePath(), chromiumSandbox: false });
const context = await browser.newContext();
const routed = [];
await context.route("**/*", async (route) => {
  routed.push(new URL(route.request().url()).pathname);
  await route.continue();
});
const page = await context.newPage();
await page.goto(`${origin}/start`);
await browser.close();
server.close();
const pages = (paths) => paths.filter((path) => path === "/start" || path === "/end").join(" ");
console.log(`the handler was asked for: ${pages(routed)}; the server was asked for: ${pages(asked)}`);
if (pages(routed) !== "/start" || pages(asked) !== "/start /end") {
  console.log("CHANGED: it was /start for the handler and /start /end for the server");
  process.exitCode = 1;
}
JS
TMPDIR="$folder" node see.js
