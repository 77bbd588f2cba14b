import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import results from "../../bench/results.json" with { type: "json" };
import { type RunningServer, startServer } from "../../local/server.ts";
import { buddyLine, pageCommands, stepsOf } from "./page-commands.ts";

let folder = "";
let server: RunningServer | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-calls-page-"));
});
afterAll(async () => {
  await server?.stop();
  // A task that the stop left at its work may still write its files.
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const here = () => [...(server === undefined ? [] : ["--endpoint", server.url]), "--data", folder];
const { performed } = pageCommands(here, { readFile: (path: string) => readFile(path, "utf8") });

it("the commands of the page make a read at once, and a write once, after a yes", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/calls.md"), "utf8");
  const said: string[] = [];
  for (const line of stepsOf(page).map(buddyLine)) {
    if (line === "start --live --open-registry") {
      server = await startServer({ data_dir: folder, port: 0, live_enabled: true, registry_open: true });
    } else said.push(await performed(line));
  }
  const [read, first, again, , told] = said;
  expect(read).toContain("done in LIVE");
  expect(first).toContain("waits for approval");
  expect(again).toContain("the same call was asked for at");
  expect(told).toContain("done in LIVE");
  const ids = [first, again, told].map((text) => text?.split(" ")[0]);
  expect(new Set(ids).size).toBe(1);
  // A read is sealed when nobody waits for an answer any more.
  const key = join(folder, "keys", "signing-key.pub.pem");
  const verify = () => performed(`verify ${read?.split(" ")[0]} --public-key ${key} --as alice`).catch(String);
  await expect.poll(verify, { interval: 250 }).toMatch(/^OK: /m);
}, 90_000);

it("the figures of the page are those that were measured last", async () => {
  const page = await readFile(join(import.meta.dirname, "../../docs/calls.md"), "utf8");
  const figure = (suite: keyof typeof results, start: string): number => {
    const found = results[suite].figures.find(({ name }) => name.startsWith(start));
    if (found === undefined) throw new RangeError(`nothing is measured as ${start}`);
    return found.figure;
  };
  const held = figure("waiting calls", "heap of a connection").toFixed(0);
  const fifty = figure("one call", "the same, one of fifty") / 1_000;
  for (const words of [
    `takes ${figure("waiting calls", "heap of a call").toFixed(0)} KiB of the server's memory`,
    `another ${held} (`,
    `1,000 of both, ${figure("waiting calls", "local server with 1,000 of them held").toFixed(0)} MiB`,
    `\`POST /calls\` added ${figure("one call", "POST /calls for a read").toFixed(1)} ms at the median`,
    `another\n${figure("one call", "/mcp over POST /calls: added at the median").toFixed(1)};`,
    `of fifty different ones at once, ${fifty.toFixed(2)} s at`,
    `\`/mcp\` added ${figure("MCP gateways", "a read of an MCP server through Buddy").toFixed(1)} ms`,
    `supergateway ${figure("MCP gateways", "  through supergateway").toFixed(1)},`,
    `mcp-proxy ${figure("MCP gateways", "  through mcp-proxy").toFixed(1)}.`,
  ]) {
    expect(page).toContain(words);
  }
});
