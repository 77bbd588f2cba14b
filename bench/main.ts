/**
 * Measures everything there is a figure for: prints a table and writes bench/results.json. `node bench/main.ts lock
 * history` measures some of it, and only prints; with `--keep` it puts them in their place in bench/results.json. A missed
 * goal is shown as it is; only a workload that fails makes this fail. With `--against <commit>` it measures the build of
 * that commit in turns with this one, and prints both.
 */
import { execFile } from "node:child_process";
import { access } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs, promisify } from "node:util";
import { benchAgainst } from "./against.ts";
import { benchBindings } from "./bindings.ts";
import { benchBundles } from "./bundles.ts";
import { workloads } from "./child.ts";
import { benchCommandLine } from "./command-line.ts";
import { benchConsole } from "./console.ts";
import type { Figure } from "./figure.ts";
import { manyExecutions } from "./many.ts";
import { benchPeers } from "./peers.ts";
import { keepResults, withCircumstances } from "./results.ts";
import { measured } from "./workload-process.ts";

const here = fileURLToPath(new URL(".", import.meta.url));
const project = join(here, "..");

const PEERS = ["@microsoft/agent-governance-sdk", "mcp-proxy", "supergateway"];

/** The peers that Buddy is measured beside are installed here only, from their own lockfile, the first time. */
const installPeers = async (): Promise<void> => {
  try {
    await Promise.all(PEERS.map((name) => access(join(here, "node_modules", name))));
  } catch {
    console.log("installing what Buddy is measured beside");
    await promisify(execFile)("npm", ["ci", "--no-audit", "--no-fund"], {
      cwd: here,
      shell: process.platform === "win32",
    });
  }
};

const show = ({ name, figure, unit, peer, ratio, goal, met }: Figure): string => {
  const beside = peer === null ? "" : `  peer ${peer} (${ratio} x)`;
  const judged = goal === undefined ? "" : `  ${met === true ? "met" : "MISSED"}: ${goal}`;
  return `${name.padEnd(66)} ${String(figure).padStart(9)} ${unit}${beside}${judged}`;
};

const all: Record<string, () => Promise<Figure[]>> = {
  ...Object.fromEntries(Object.keys(workloads).map((name) => [name, () => measured(project, name)])),
  "command line": () => benchCommandLine(project),
  bundles: () => benchBundles(project),
  bindings: benchBindings,
  "many executions": manyExecutions,
  console: benchConsole,
  peers: () => benchPeers(project),
};
const print = (name: string, figures: readonly Figure[]): void => {
  console.log(`\n${name}`);
  for (const figure of figures) console.log(`  ${show(figure)}`);
};

type Workload = readonly [name: string, measure: () => Promise<readonly Figure[]>];

/** One after the other; each is kept as soon as it is measured, and one that fails keeps no other back. */
const measureEach = async (workloads: Iterable<Workload> | AsyncIterable<Workload>, keep: boolean): Promise<void> => {
  for await (const [name, measure] of workloads) {
    const before = performance.now();
    try {
      const found = await withCircumstances(measure);
      print(`${name} (${((performance.now() - before) / 1_000).toFixed(1)} s)`, found.figures);
      if (keep) await keepResults({ [name]: found });
    } catch (error) {
      console.error(`\n${name} FAILED`, error);
      process.exitCode = 1;
    }
  }
};

/** @throws Error where one is asked for that there is not */
const asked = (names: readonly string[]): Workload[] => {
  const unknown = names.filter((name) => !(name in all));
  if (unknown.length > 0)
    throw new Error(`no workload is called ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);
  return Object.entries(all).filter(([name]) => names.length === 0 || names.includes(name));
};

async function* against(commit: string, names: readonly string[]): AsyncGenerator<Workload> {
  for await (const [name, measure] of benchAgainst(commit, project, names))
    yield [`${name}, beside ${commit}`, measure];
}

const { values, positionals } = parseArgs({
  options: { against: { type: "string" }, keep: { type: "boolean" } },
  allowPositionals: true,
});
const keep = values.keep ?? (values.against === undefined && positionals.length === 0);
await installPeers();
await measureEach(values.against === undefined ? asked(positionals) : against(values.against, positionals), keep);
