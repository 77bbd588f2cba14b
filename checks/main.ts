/**
 * Every check of the project, one after another; all that fail are told of, not only the first. `npm run check -- types
 * "true names"` runs some of them, by the names that it prints. Exits with 1 when one failed.
 */
import { spawn } from "node:child_process";
import { homedir, hostname } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { countedNow } from "./counted.ts";
import { outdatedDocuments } from "./documents/generated.ts";
import { reportLengths } from "./file-lengths.ts";
import { checkImports } from "./imports/check.ts";
import { checkOneFamily } from "./one-family.ts";
import { checkOwnWords } from "./own-words.ts";
import { checkPlainSentences } from "./plain-sentences.ts";
import { type ProjectFile, projectFolder, projectPaths, readFiles } from "./project-files.ts";
import { checkPurity } from "./purity.ts";
import { checkTestNames } from "./test-names.ts";
import { checkTestPlaces } from "./test-places.ts";
import { checkTrueCounts } from "./true-counts.ts";
import { checkTrueNames } from "./true-names.ts";

/** Finds what is wrong, a line each; a program that runs prints its own lines and says only that it failed. */
type Check = (files: readonly ProjectFile[]) => Promise<readonly string[]> | readonly string[];

/** A program of the lockfile, with this Node. */
const program =
  (script: string, ...args: readonly string[]): Check =>
  () =>
    new Promise((resolve, reject) => {
      const command = [join(projectFolder, "node_modules", script), ...args];
      const child = spawn(process.execPath, command, { cwd: projectFolder, stdio: "inherit" });
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve(code === 0 ? [] : [`${script} ended with ${code ?? signal}`]));
    });

/** Escape codes are for people: a log of CI is read as text. */
const colours = process.stdout.isTTY ? [] : ["--colors=off"];

const checks: Readonly<Record<string, Check>> = {
  style: program("@biomejs/biome/bin/biome", "ci", "--error-on-warnings", ...colours, "."),
  types: program("typescript/bin/tsc", "-p", "."),
  "types of the console": program("typescript/bin/tsc", "-p", "console"),
  "types of the client": program("typescript/bin/tsc", "-p", "clients/typescript"),
  imports: (files) => checkImports(files),
  purity: (files) => checkPurity(files),
  "one family of errors": (files) => checkOneFamily(files),
  "true names": (files) => [...checkTrueNames(files), ...checkTrueCounts(files, countedNow(files))],
  "plain sentences": (files) => checkPlainSentences(files),
  "test names": (files) => checkTestNames(files),
  "test places": (files) => checkTestPlaces(files),
  "own words": (files) => checkOwnWords(files, { folder: projectFolder, home: homedir(), hostname: hostname() }),
  dependencies: program(
    "knip/bin/knip.js",
    "--no-progress",
    "--include",
    "files,dependencies,unlisted,unresolved,binaries",
  ),
  documents: async () => (await outdatedDocuments()).map((path) => `${path} is out of date: run npm run docs`),
};

/** A check that throws fails, with all it says of why, and those after it are made as well. */
const faultsOf = async (check: Check): Promise<readonly string[]> => {
  try {
    return await check(files);
  } catch (error) {
    return [`it could not be made: ${inspect(error)}`];
  }
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !(name in checks));
if (unknown.length > 0) {
  console.error(`no check is called ${unknown.join(", ")}; there are ${Object.keys(checks).join(", ")}`);
  process.exit(64);
}

const files = await readFiles(await projectPaths());
const failed: string[] = [];
for (const [name, check] of Object.entries(checks)) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const before = performance.now();
  const faults = await faultsOf(check);
  for (const fault of faults) console.error(`  ${fault}`);
  const seconds = ((performance.now() - before) / 1000).toFixed(1);
  console.log(`${faults.length === 0 ? "ok    " : "FAILED"} ${name} (${seconds} s)`);
  if (faults.length > 0) failed.push(name);
}

const { files: count, median, ninetieth, long } = reportLengths(files);
console.log(`${count} source files: ${median} lines at the median, ${ninetieth} at the 90th percentile`);
for (const { path, lines } of long) console.log(`  long: ${path} has ${lines} lines`);
if (failed.length > 0) {
  console.error(`${failed.length} of ${Object.keys(checks).length} checks failed: ${failed.join(", ")}`);
  process.exitCode = 1;
}
