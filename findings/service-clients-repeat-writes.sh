#!/usr/bin/env bash
# @microsoft/microsoft-graph-client 3.0.7, octokit 5.0.5 and @slack/web-api 8.2.0 send a write again after an answer, or the
# lack of one, that does not say whether the first was done; by default, and without a key that would tell the two apart.
#
# Guess: what is repeated without being asked to is a read, or a write that was refused (429).
# Seen (2026-11-29): `sendMail` after a 504, `issues.create` after a 502 and `chat.postMessage` after a connection that broke are
# each sent again, and the caller gets the success of the second. A gateway that answers 504 for a service that goes on makes
# two mails of one. Under a rule of one attempt these clients need retries off: Graph's takes the middleware chain without
# RetryHandler, octokit `retry: { enabled: false }`, Slack's `retryConfig: { retries: 0 }`.
# Source: each package's retry handler or plugin; the methods are not looked at.
#
# Prints what it sees; fails when that changes. Takes about 15 s, since the clients wait before they repeat.
set -euo pipefail
folder="$(mktemp -d)"
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '{"private":true,"type":"module"}\n' >package.json
npm install --silent --no-audit --no-fund @microsoft/microsoft-graph-client@3.0.7 octokit@5.0.5 @slack/web-api@8.2.0 >/dev/null 2>&1
cat >write.js <<'JS'
import { createServer } from "node:http";
import graph from "@microsoft/microsoft-graph-client";
import { WebClient } from "@slack/web-api";
import { Octokit } from "octokit";

/** What a service counts whose first answer is `first`, and which answers as it should from then on. */
const counted = async (first, then, write) => {
  let writes = 0;
  const server = createServer((request, response) => {
    request.resume().on("end", () => {
      writes += 1;
      if (writes > 1) response.writeHead(then.status, { "content-type": "application/json" }).end(then.body);
      else first(request, response);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const said = await write(`http://127.0.0.1:${server.address().port}`).then(() => "success", (error) => `${error}`);
  server.closeAllConnections();
  server.close();
  return { writes, said };
};
const status = (code) => (_request, response) =>
  response.writeHead(code, { "content-type": "application/json" }).end("{}");
const quiet = { debug() {}, info() {}, warn() {}, error() {}, setLevel() {}, getLevel() {}, setName() {} };

const seen = {
  "Graph, 504": await counted(status(504), { status: 200, body: "{}" }, (baseUrl) =>
    graph.Client.init({ baseUrl, customHosts: new Set(["127.0.0.1"]), authProvider: (done) => done(null, "token") })
      .api("/me/sendMail")
      .post({ message: { subject: "once" } }),
  ),
  "octokit, 502": await counted(status(502), { status: 201, body: '{"number":1}' }, (baseUrl) =>
    new Octokit({ baseUrl, auth: "token", log: quiet }).rest.issues.create({ owner: "o", repo: "r", title: "once" }),
  ),
  "Slack, broken connection": await counted(
    ({ socket }) => socket.destroy(),
    { status: 200, body: '{"ok":true}' },
    (url) => new WebClient("token", { slackApiUrl: `${url}/api/`, logger: quiet }).chat.postMessage({ channel: "C", text: "once" }),
  ),
};
for (const [name, { writes, said }] of Object.entries(seen)) console.log(`${name}: ${writes} writes, ${said}`);
process.exitCode = Object.values(seen).every(({ writes, said }) => writes === 2 && said === "success") ? 0 : 1;
JS
node write.js
