import { expect, test } from "vitest";
import { checkPurity } from "../../checks/purity.ts";

const faults = (text: string, path = "shared/plan/a.ts"): string[] => checkPurity([{ path, text }]);

test.each([
  "const now = Date.now();",
  "const now = new Date();",
  "const id = randomUUID();",
  "const n = Math.random();",
  "const stage = process.env.STAGE;",
  'console.log("here");',
  "setTimeout(go, 10);",
])("the code %s is no business of the domain", (line) => {
  expect(faults(line)).toHaveLength(1);
  expect(faults(line, "functions/a.ts")).toEqual([]);
});

test.each([
  "const at = new Date(now);",
  "const at = Date.parse(now);",
  "// Date.now() is passed in",
  " * not process.env",
])("the code %s may stand in the domain", (line) => expect(faults(line)).toEqual([]));
