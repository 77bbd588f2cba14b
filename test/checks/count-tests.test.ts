import { expect, test } from "vitest";
import { countReports, countTests } from "../../checks/count-tests.ts";

const file = (status: "passed" | "failed", ...tests: string[]) => ({
  status,
  assertionResults: tests.map((each) => ({ status: each })),
});
const report = (...testResults: ReturnType<typeof file>[]): string => JSON.stringify({ testResults });

test("tests are counted over all files; skipped ones are neither passed nor failed", () => {
  expect(countTests(report(file("passed", "passed", "skipped"), file("failed", "passed", "failed")))).toEqual({
    passed: 2,
    failed: 1,
  });
});

test("a file that could not be loaded is a failure, though it has no test", () => {
  expect(countTests(report(file("failed"), file("passed", "passed")))).toEqual({ passed: 1, failed: 1 });
});

test("something that is no report is an error, not a run without failures", () => {
  expect(() => countTests("{}")).toThrow();
});

test("the reports of several runs are one sum; a run that left none is a failure", () => {
  const [unit, deployed] = [report(file("passed", "passed", "passed")), report(file("passed", "passed"))];
  expect(countReports([unit, deployed])).toEqual({ passed: 3, failed: 0 });
  expect(countReports([unit, undefined])).toEqual({ passed: 2, failed: 1 });
});
