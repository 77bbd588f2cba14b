import { readFile } from "node:fs/promises";
import { pathToFileURL } from "node:url";
import { z } from "zod";

const report = z.object({
  testResults: z.array(
    z.object({
      status: z.enum(["passed", "failed"]),
      assertionResults: z.array(z.object({ status: z.string() })),
    }),
  ),
});

/**
 * Tests of a vitest JSON report that passed and failed. A file that failed without a failed test (it could not be
 * loaded, or a hook failed) counts as one failure; skipped tests count as neither.
 */
export const countTests = (text: string): { passed: number; failed: number } => {
  const files = report.parse(JSON.parse(text)).testResults.map(({ status, assertionResults }) => {
    const having = (wanted: string): number => assertionResults.filter((each) => each.status === wanted).length;
    const failed = having("failed");
    return { passed: having("passed"), failed: failed === 0 && status === "failed" ? 1 : failed };
  });
  return {
    passed: files.reduce((sum, file) => sum + file.passed, 0),
    failed: files.reduce((sum, file) => sum + file.failed, 0),
  };
};

/** Over several reports, one for each test runner that ran. No report: those tests did not run to their end, one failure. */
export const countReports = (reports: readonly (string | undefined)[]): { passed: number; failed: number } => {
  const counts = reports.map((text) => (text === undefined ? { passed: 0, failed: 1 } : countTests(text)));
  return {
    passed: counts.reduce((sum, { passed }) => sum + passed, 0),
    failed: counts.reduce((sum, { failed }) => sum + failed, 0),
  };
};

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  const files = process.argv.slice(2);
  const read = (file: string): Promise<string | undefined> => readFile(file, "utf8").catch(() => undefined);
  const { passed, failed } = countReports(await Promise.all(files.map(read)));
  console.log(`${passed} passed, ${failed} failed`);
  if (failed > 0 || passed === 0) process.exitCode = 1;
}
