/**
 * Measures everything there is a figure for: prints a table and writes bench/results.json. `node bench/main.ts lock
 * history` measures some of it, and only prints. What misses its goal is shown as it is; only a workload that fails makes this fail.
 */
import { execFile, fork } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { benchBindings } from "./bindings.ts";
import { workloads } from "./child.ts";
import { type Figure, figureOf } from "./figure.ts";
import { manyExecutions } from "./many.ts";

const here = fileURLToPath(new URL(".", import.meta.url));

/** What Buddy is measured beside is installed here only, from its own lockfile, the first time. */
const installPeers = async (): Promise<void> => {
  try {
    await access(`${here}node_modules/@microsoft/agent-governance-sdk`);
  } catch {
    console.log("installing what Buddy is measured beside");
    await promisify(execFile)("npm", ["ci", "--no-audit", "--no-fund"], {
      cwd: here,
      shell: process.platform === "win32",
    });
  }
};

/** Of one workload; bringing 5,000 executions to their approval takes some minutes, any other half a minute. */
const TIME_LIMIT_MS = 900_000;
const figures = z.array(z.custom<Figure>((value) => typeof value === "object" && value !== null));

const measured = (name: string): Promise<Figure[]> =>
  new Promise((resolve, reject) => {
    const child = fork(`${here}child.ts`, [name], {
      execArgv: ["--expose-gc", "--max-semi-space-size=8", "--heap-growing-percent=30"],
    });
    const tooLong = setTimeout(() => child.kill(), TIME_LIMIT_MS);
    let answer: Figure[] | undefined;
    child.once("message", (message) => {
      answer = figures.parse(message);
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      clearTimeout(tooLong);
      if (answer === undefined) reject(new Error(`${name} ended with ${code ?? signal} and without figures`));
      else resolve(answer);
    });
  });

const bundles = async (): Promise<Figure[]> => {
  const { measureBundles } = await import("../checks/bundles.ts");
  return (await measureBundles()).flatMap(({ handler, bytes, import_ms }) => [
    figureOf(`bundle of ${handler}`, bytes / 1_000, "kB"),
    figureOf(`import of ${handler}`, import_ms.median, "ms"),
  ]);
};

const show = ({ name, figure, unit, peer, ratio, goal, met }: Figure): string => {
  const beside = peer === null ? "" : `  peer ${peer} (${ratio} x)`;
  const judged = goal === undefined ? "" : `  ${met === true ? "met" : "MISSED"}: ${goal}`;
  return `${name.padEnd(66)} ${String(figure).padStart(9)} ${unit}${beside}${judged}`;
};

const all: Record<string, () => Promise<Figure[]>> = {
  ...Object.fromEntries(Object.keys(workloads).map((name) => [name, () => measured(name)])),
  bundles,
  bindings: benchBindings,
  "many executions": manyExecutions,
};
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in all));
if (unknown.length > 0)
  throw new Error(`no workload is called ${unknown.join(", ")}; there are ${Object.keys(all).join(", ")}`);

await installPeers();
const results: Figure[] = [];
for (const [name, measure] of Object.entries(all)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const before = performance.now();
  try {
    const found = await measure();
    results.push(...found);
    console.log(`\n${name} (${((performance.now() - before) / 1_000).toFixed(1)} s)`);
    for (const figure of found) console.log(`  ${show(figure)}`);
  } catch (error) {
    console.error(`\n${name} FAILED`, error);
    process.exitCode = 1;
  }
}
if (asked.length === 0) {
  await writeFile(`${here}results.json`, `${JSON.stringify(results, null, 2)}\n`);
  console.log(`\n${results.length} figures in bench/results.json`);
}
