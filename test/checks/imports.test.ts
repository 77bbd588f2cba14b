import { describe, expect, test } from "vitest";
import { checkImports } from "../../checks/imports/check.ts";
import { readImports } from "../../checks/imports/read-imports.ts";
import { projectPaths, readFiles } from "../../checks/project-files.ts";

const faults = (path: string, text: string): string[] => checkImports([{ path, text }]);

describe("imports are read one by one", () => {
  const text = [
    'import { type A, b } from "./b.ts";',
    'import type { C } from "./c.ts";',
    'import { type D } from "./d.ts";',
    'export { e } from "./e.ts";',
    'export type { F } from "./f.ts";',
    'export * from "./g.ts";',
    'import "./h.ts";',
    'export const later = async () => [await import("./b.ts"), b];',
    "export const unknown = (name: string) => import(name);",
    'import { z } from "zod";',
  ].join("\n");

  test("imports are read each with its kind and line, a file that is imported twice as well", () => {
    const found = readImports({ path: "one/a.ts", text }).map(({ to, kind, line }) => `${line} ${kind} ${to}`);
    expect(found).toEqual([
      "1 static one/b.ts",
      "2 type one/c.ts",
      "3 type one/d.ts",
      "4 static one/e.ts",
      "5 type one/f.ts",
      "6 static one/g.ts",
      "7 static one/h.ts",
      "8 dynamic one/b.ts",
      "9 dynamic <computed>",
      "10 static zod",
    ]);
  });

  test("a file that cannot be parsed is an error, not a file without imports", () => {
    expect(() => readImports({ path: "a.ts", text: "import {" })).toThrow(/a\.ts/);
  });
});

describe("circles of imports", () => {
  const circles = (files: Readonly<Record<string, string>>): string[] =>
    checkImports(Object.entries(files).map(([path, text]) => ({ path: `shared/plan/${path}`, text })));

  test("two files that import each other are refused, also by a type, and told the way and the remedy", () => {
    const files = { "a.ts": 'import { b } from "./b.ts";', "b.ts": '\nimport type { A } from "./a.ts";' };
    expect(circles(files)).toEqual([
      "shared/plan/b.ts:2: closes a circle, shared/plan/a.ts -> shared/plan/b.ts -> shared/plan/a.ts: move what both need to a file of its own",
    ]);
  });

  test("a longer circle is found wherever one begins to look, and what only leads into it is not part of it", () => {
    const files = {
      "into.ts": 'export * from "./one.ts";',
      "one.ts": 'export const later = () => import("./two.ts");',
      "three.ts": 'import { one } from "./one.ts";',
      "two.ts": 'import { three } from "./three.ts";',
    };
    const [found = "", ...more] = circles(files);
    expect(found).toContain("one.ts -> shared/plan/two.ts -> shared/plan/three.ts -> shared/plan/one.ts:");
    expect(found).not.toContain("into.ts");
    expect(more).toEqual([]);
  });

  test("two circles through one file are both told", () => {
    const files = {
      "a.ts": 'import { b } from "./b.ts";\nimport { c } from "./c.ts";',
      "b.ts": 'import { a } from "./a.ts";',
      "c.ts": 'import { a } from "./a.ts";',
    };
    expect(circles(files).map((fault) => fault.split(":")[0])).toEqual(["shared/plan/b.ts", "shared/plan/c.ts"]);
  });

  test("a file that two others import is no circle", () => {
    const files = {
      "a.ts": 'import { b } from "./b.ts";\nimport { c } from "./c.ts";',
      "b.ts": 'import { c } from "./c.ts";',
      "c.ts": "export const c = 1;",
    };
    expect(circles(files)).toEqual([]);
  });
});

describe("circles of folders", () => {
  const circles = (files: Readonly<Record<string, string>>): string[] =>
    checkImports(Object.entries(files).map(([path, text]) => ({ path: `cli/${path}`, text })));

  test("two folders whose files import each other's are refused, though no file closes a circle", () => {
    const files = {
      "ask/one.ts": 'import { two } from "../tell/two.ts";',
      "ask/three.ts": "export const three = 3;",
      "tell/four.ts": 'import { three } from "../ask/three.ts";',
      "tell/two.ts": "export const two = 2;",
    };
    expect(circles(files)).toEqual([
      "cli/tell: imports cli/ask, which closes a circle of folders, cli/ask -> cli/tell -> cli/ask: move what both need to a place of its own",
    ]);
  });

  test("a file beside a folder that imports of it, and is imported by it, is refused", () => {
    const files = {
      "ask/one.ts": 'import type { Two } from "../two.ts";',
      "ask/three.ts": "export const three = 3;",
      "two.ts": 'import { three } from "./ask/three.ts";',
    };
    expect(circles(files)).toHaveLength(1);
  });

  test("folders that know each other in one direction are no circle", () => {
    const files = {
      "ask/one.ts": 'import { two } from "../tell/two.ts";\nimport { four } from "../tell/deep/four.ts";',
      "tell/deep/four.ts": 'import { two } from "../two.ts";',
      "tell/two.ts": "export const two = 2;",
    };
    expect(circles(files)).toEqual([]);
  });
});

describe("the direction of imports", () => {
  test.each([
    ["shared/plan/a.ts", "../contracts/b.ts", "a stage from a later one"],
    ["shared/conflicts/a.ts", "../execution/b.ts", "a stage from a later one"],
    ["shared/audit/a.ts", "../execution/b.ts", "audit from a later stage"],
    ["shared/plan/a.ts", "../audit/b.ts", "the first stage from audit"],
    ["shared/health/a.ts", "../../functions/deps.ts", "the domain from its host"],
    ["shared/health/a.ts", "@aws-sdk/client-s3", "the domain from the AWS SDK"],
    ["shared/health/a.ts", "node:fs", "the domain from input and output"],
    ["shared/artifacts/a.ts", "../verification/b.ts", "a stage from what verifies it"],
    ["shared/verification/a.ts", "node:fs", "verification from input and output"],
    ["shared/other/a.ts", "zod", "a stage that is none"],
    ["shared/contracts/binding/a.ts", "../tool-contract.ts", "a binding from the contract that holds it"],
    ["local/database/a.ts", "../stack.ts", "the database from the stack that is built on it"],
    ["functions/a.ts", "../local/stack.ts", "functions from one machine"],
    ["functions/a.ts", "../infra/handlers.ts", "functions from the deployment"],
    ["functions/records/a.ts", "../execution/pass/b.ts", "what all stages share from one of them"],
    ["functions/conflicts/a.ts", "../execution/step/b.ts", "a stage's host from a later one"],
    ["functions/execution/step/a.ts", "../attempt/b.ts", "a room from a later one"],
    ["functions/execution/attempt/a.ts", "../pass/b.ts", "an attempt from the pass that asked for it"],
    ["functions/tools/a.ts", "../adapters/table/table.ts", "tools from the database"],
    ["functions/execution/pass/a.ts", "../../aws/records.ts", "work from AWS"],
    ["local/a.ts", "../cli/program.ts", "one machine from the client"],
    ["cli/a.ts", "../functions/deps.ts", "the client from functions"],
    ["infra/a.ts", "../functions/deps.ts", "the deployment from source"],
    ["infra/a.ts", "../shared/plan/plan.ts", "the deployment from the domain"],
    ["functions/a.ts", "../test/fixtures/a.ts", "source from tests"],
    ["checks/a.ts", "../test/fixtures/a.ts", "checks from tests"],
    ["other/a.ts", "../shared/plan/plan.ts", "a folder without a rule"],
  ])("the file %s must not import %s (%s)", (path, to) => {
    expect(faults(path, `import { x } from "${to}";`)).toHaveLength(1);
    expect(faults(path, `import type { X } from "${to}";`)).toHaveLength(1);
    expect(faults(path, `export * from "${to}";`)).toHaveLength(1);
  });

  test.each([
    ["shared/contracts/a.ts", "../plan/b.ts"],
    ["shared/contracts/bound/a.ts", "../tool-contract.ts"],
    ["shared/artifacts/a.ts", "../health/b.ts"],
    ["shared/contracts/a.ts", "../audit/b.ts"],
    ["shared/audit/a.ts", "../plan/b.ts"],
    ["shared/audit/a.ts", "node:crypto"],
    ["shared/verification/checks/a.ts", "../../execution/b.ts"],
    ["functions/a.ts", "../shared/plan/plan.ts"],
    ["functions/execution/pass/a.ts", "../attempt/b.ts"],
    ["functions/execution/pass/a.handler.ts", "../../aws/records.ts"],
    ["functions/a.ts", "@aws-sdk/client-s3"],
    ["local/a.ts", "../functions/deps.ts"],
    ["test/a.test.ts", "../local/stack.ts"],
  ])("the file %s may import %s", (path, to) => {
    expect(faults(path, `import { x } from "${to}";`)).toEqual([]);
  });

  test("ports know stages by type only, and no stage knows a port", () => {
    const port = (text: string): string[] => faults("shared/ports/a.ts", text);
    expect(port('import type { X } from "../execution/b.ts";')).toEqual([]);
    expect(port('import { x } from "../execution/b.ts";')).toHaveLength(1);
    expect(port('import { type X, x } from "../execution/b.ts";')).toHaveLength(1);
    expect(faults("shared/execution/a.ts", 'import type { X } from "../ports/b.ts";')).toHaveLength(1);
  });

  test("the client loads the local server only when it is needed", () => {
    expect(faults("cli/a.ts", 'export const start = () => import("../local/server.ts");')).toEqual([]);
    expect(faults("cli/a.ts", 'import { serve } from "../local/server.ts";')).toHaveLength(1);
    expect(faults("cli/a.ts", 'export const start = () => import("../local/stack.ts");')).toHaveLength(1);
  });

  test("a fault names the file and the line", () => {
    expect(faults("shared/plan/a.ts", '\n\nimport { x } from "../health/b.ts";')).toEqual([
      "shared/plan/a.ts:3: shared/plan/ must not import shared/health/b.ts",
    ]);
  });

  test("every import of this project keeps to the direction, and none closes a circle", async () => {
    const files = await readFiles(await projectPaths());
    expect(files.filter(({ path }) => path.startsWith("shared/")).length).toBeGreaterThan(50);
    expect(checkImports(files)).toEqual([]);
  });
});
