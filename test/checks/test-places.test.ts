import { expect, test } from "vitest";
import { checkTestPlaces } from "../../checks/test-places.ts";

const faults = (...paths: readonly string[]): string[] =>
  checkTestPlaces([
    { path: "shared/plan/plan.ts", text: "" },
    { path: "test/README.md", text: "| folder | what |\n|---|---|\n| `test/scenarios` | stories |\n" },
    { path: "test/scenarios/01-story.test.ts", text: "" },
    ...paths.map((path) => ({ path, text: "" })),
  ]);

const NOWHERE = "no sources lie in that folder, and test/README.md does not say what is covered there";

test("a test may lie where its sources lie, or in a folder that is described", () => {
  expect(faults("test/shared/plan/plan.test.ts", "test/scenarios/deep/02.test.ts")).toEqual([]);
});

test("a test anywhere else is told of, one that needs a browser as well", () => {
  for (const path of ["test/shared/planning/plan.test.ts", "test/shared/planning/plan.browser.ts"])
    expect(faults(path)).toEqual([`${path}: ${NOWHERE}`]);
});

test("a description of a folder that is gone is told of", () => {
  const files = [{ path: "test/README.md", text: "| `test/stories` | stories |" }];
  expect(checkTestPlaces(files)).toEqual(["test/README.md: there is no folder test/stories"]);
});
