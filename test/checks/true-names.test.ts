import { describe, expect, test } from "vitest";
import { checkTrueNames } from "../../checks/true-names.ts";

const PROJECT = [
  { path: "package.json", text: JSON.stringify({ scripts: { test: "vitest run" } }) },
  { path: "shared/plan/plan.ts", text: "export const firstPlan = 1; // once planOf" },
  {
    path: "infra/workflow/orchestration.asl.json",
    text: JSON.stringify({ States: { Map: { ItemProcessor: { States: { Mock: {} } } } } }),
  },
  { path: "docs/audit.md", text: "" },
];

const faults = (path: string, text: string): string[] => checkTrueNames([...PROJECT, { path, text }]);

describe("a document", () => {
  test.each([
    ["a file that is not there", "see `shared/plan/plans.ts`", "there is no shared/plan/plans.ts"],
    ["a folder that is not there", "all of `shared/planning/`", "there is no shared/planning/"],
    ["a link to nothing", "[audit](audits.md#seal)", "its link leads nowhere: audits.md"],
    ["a script that package.json lacks", "then `npm run tests`", "no script is called tests"],
    [
      "a symbol that no code has",
      "`planOf()`",
      "no code has the name planOf(); one of other software is listed in checks/outside-names.ts",
    ],
    ["a state that the file lacks", "the state `Mocks` does", "the state machine has no state Mocks"],
  ])("a document that names %s is told of, with its line", (_what, text, fault) => {
    expect(faults("docs/a.md", `# A\n\n${text}`)).toEqual([`docs/a.md:3: ${fault}`]);
  });

  test.each([
    ["a file, with or without its ending", "`shared/plan/plan.ts` and `shared/plan/plan`"],
    ["a folder", "`shared/plan/`"],
    ["a link beside it, or to the web", "[audit](audit.md#seal) [web](https://example.com/a.md)"],
    ["a state inside another", "the state `Mock`"],
    ["a script", "`npm run test`"],
    ["a symbol of the code, or of software that is listed", "`firstPlan`, `TransactWriteItems`"],
    ["a name of an example, or a word that is none of code", "`c_3fa9`, `plans`, `MOCK`"],
    ["several files at once, or a place for a name", "`shared/*/index.ts`, `docs/adr/<number>.md`"],
    ["something else with a slash in it", "`application/json`, `n/a`"],
  ])("a document may name %s", (_what, text) => {
    expect(faults("docs/a.md", text)).toEqual([]);
  });

  test("a document may hold a transcript of another project", () => {
    expect(faults("docs/a.md", "```\nnpm run dev\n```")).toEqual([]);
  });
});

describe("a comment", () => {
  test("a symbol that only comments name is told of", () => {
    expect(faults("local/a.ts", "// as `planOf` has it")).toEqual([
      expect.stringContaining("no code has the name planOf"),
    ]);
  });

  test("a comment that names a file by its path or its name alone is held to it", () => {
    const text = "/**\n * As `shared/plan/gone.ts` says, and plan.ts.\n */\nconst a = 1; // see old-plan.ts";
    expect(faults("local/a.ts", text)).toEqual([
      "local/a.ts:1: there is no shared/plan/gone.ts",
      "local/a.ts:4: no file is called old-plan.ts",
    ]);
  });

  test("a comment is looked at for names, a text in the code is not", () => {
    expect(faults("local/a.ts", 'const a = "see `shared/plan/gone.ts` or gone.ts";')).toEqual([]);
  });
});
