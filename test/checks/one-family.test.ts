import { expect, test } from "vitest";
import { checkOneFamily } from "../../checks/one-family.ts";

const faults = (text: string, path = "functions/a.ts"): string[] => checkOneFamily([{ path, text }]);

test.each([
  ["class Lost extends Error {", "functions/a.ts:1: Lost extends Error: extend Surprise (shared/plan/surprise.ts)"],
  [
    "export class Far extends RangeError {",
    "functions/a.ts:1: Far extends RangeError: extend Surprise (shared/plan/surprise.ts)",
  ],
])("a class begins no family of errors of its own: %s", (line, fault) => {
  expect(faults(line)).toEqual([fault]);
  expect(faults(line, "test/a.ts")).toEqual([]);
});

test("the family, its members, and errors that a simulation plays in the name of others may stand", () => {
  expect(faults("export abstract class Surprise extends Error {", "shared/plan/surprise.ts")).toEqual([]);
  expect(faults("export class Lost extends Surprise {")).toEqual([]);
  expect(faults("export class Refused extends CliError {")).toEqual([]);
  expect(faults("export class Throttled extends Error {", "simulation/scheduler/process.ts")).toEqual([]);
});
