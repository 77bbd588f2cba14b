import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
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
const { performed } = pageCommands(here, {});

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
}, 90_000);
