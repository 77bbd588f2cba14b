/**
 * Takes every named condition of a write, and every check of the transition table, out of the source, one at a time, and
 * says which test notices. One that nobody notices is a promise that nobody holds us to: it exits with 1. `--write`
 * puts the list into docs/reliability.md; any other word runs only the mutants whose name has it.
 */
import { readFile, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { openBench } from "./mutants/kill.ts";
import { MUTANTS, type Mutant } from "./mutants/mutants.ts";
import { projectFolder } from "./project-files.ts";

const words = process.argv.slice(2).filter((word) => word !== "--write");
const asked = MUTANTS.filter(({ name }) => words.every((word) => name.includes(word)));
const started = performance.now();

const results: { readonly mutant: Mutant; readonly killer: string | undefined }[] = [];

/** Each bench takes the next that nobody has taken. */
const waiting = asked.entries();
const benches = Array.from({ length: Math.min(availableParallelism(), asked.length) }, async (): Promise<void> => {
  const bench = await openBench();
  try {
    for (const [place, mutant] of waiting) {
      const killer = await bench.killerOf(mutant);
      console.log(`${killer === undefined ? "SURVIVED" : "killed  "} ${mutant.name}${killer ? ` by ${killer}` : ""}`);
      results[place] = { mutant, killer };
    }
  } finally {
    await bench.close();
  }
});
await Promise.all(benches);

const survivors = results.filter(({ killer }) => killer === undefined);
const seconds = ((performance.now() - started) / 1000).toFixed(0);
console.log(`${results.length} mutants, ${survivors.length} survived, ${seconds} s`);

if (process.argv.includes("--write")) {
  const path = join(projectFolder, "docs/reliability.md");
  const document = await readFile(path, "utf8");
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const rows = results.map(({ mutant, killer }) => `| ${cell(mutant.name)} | ${cell(killer ?? "nobody")} |`);
  const table = ["| taken out | noticed by |", "|---|---|", ...rows].join("\n");
  const [before, after] = [document.split("<!-- mutants -->")[0], document.split("<!-- /mutants -->")[1]];
  if (before === undefined || after === undefined) throw new Error(`${path} has no place for the list of mutants`);
  await writeFile(path, `${before}<!-- mutants -->\n${table}\n<!-- /mutants -->${after}`);
}
process.exitCode = survivors.length === 0 ? 0 : 1;
