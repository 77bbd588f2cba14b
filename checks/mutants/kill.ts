import { execFile } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { projectFolder } from "../project-files.ts";
import type { Mutant } from "./mutants.ts";

const report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      status: z.string(),
      message: z.string().optional(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
});

const vitest = join(projectFolder, "node_modules/vitest/vitest.mjs");

const run = (mutant: Mutant, test: string): Promise<string> =>
  new Promise((resolve) => {
    const args = [vitest, "run", "--config", "checks/mutants/vitest.config.ts", "--reporter=json", test];
    const options = { cwd: projectFolder, env: { ...process.env, MUTANT: mutant.name }, maxBuffer: 64 * 1024 * 1024 };
    // A run that fails is what is hoped for: what it printed says why.
    execFile(process.execPath, args, options, (_error, stdout) => resolve(stdout));
  });

/** The first test that fails over the mutant; undefined when all pass. @throws Error when the tests did not run */
export const killerOf = async (mutant: Mutant): Promise<string | undefined> => {
  for (const test of mutant.tests) {
    const printed = await run(mutant, test);
    const at = printed.indexOf('{"');
    if (at < 0) throw new Error(`${test} did not run over ${mutant.name}: ${printed.slice(0, 500)}`);
    const { testResults } = report.parse(JSON.parse(printed.slice(at)));
    for (const { assertionResults, status, message } of testResults) {
      const failed = assertionResults.find((each) => each.status === "failed");
      if (failed !== undefined) return `${test}: ${failed.fullName}`;
      if (status === "failed") return `${test}: could not be loaded (${(message ?? "").split("\n")[0]})`;
    }
  }
  return undefined;
};
