import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { repositoryRoot } from "../../infra/handlers.ts";
import { startDoor } from "../conformance/door.ts";
import { type } from "./empty-folder.ts";

const SUITE = "@modelcontextprotocol/conformance@0.1.16";

let folder = "";
let door: Awaited<ReturnType<typeof startDoor>> | undefined;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-suite-"));
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "suite", private: true }));
  const install = type(folder, "npm", ["install", "--prefer-offline", "--no-audit", "--no-fund", SUITE]);
  const [installed, started] = await Promise.all([install, startDoor()]);
  door = started;
  expect(installed.code, installed.err).toBe(0);
});
afterAll(async () => {
  await door?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Scenarios in the summary of a run, in its order, and how many checks of each passed and failed. */
const summaryOf = (out: string) =>
  [...out.matchAll(/^[✓✗] ([\w-]+): (\d+) passed, (\d+) failed$/gmu)].map(([, name = "", passed, failed]) => ({
    name,
    passes: Number(passed) > 0 && Number(failed) === 0,
  }));

it("all scenarios of the public suite pass through Buddy, but those that the page names with their reasons", async () => {
  const program = join(folder, "node_modules", "@modelcontextprotocol", "conformance", "dist", "index.js");
  const { out } = await type(folder, process.execPath, [program, "server", "--url", door?.url ?? "", "--suite", "all"]);
  const ran = summaryOf(out);
  const page = await readFile(join(repositoryRoot, "docs", "mcp.md"), "utf8");
  const section = page.split("## The public suite\n")[1]?.split("\n## ")[0] ?? "";
  const excepted = [...section.matchAll(/^\| `([\w-]+)` \|/gmu)].map(([, name]) => name);
  expect(ran.filter(({ passes }) => !passes).map(({ name }) => name)).toEqual(excepted);
  expect(section).toContain(`${ran.length - excepted.length} of its ${ran.length} scenarios`);
});
