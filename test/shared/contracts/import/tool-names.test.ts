import fc from "fast-check";
import { expect, test } from "vitest";
import { toolNames } from "../../../../shared/contracts/import/tool-names.ts";
import { identifier } from "../../../../shared/plan/tool-execution-plan.ts";
import { anyText } from "../../../fixtures/any-text.ts";

test("a name that can be a tool's stays as it is", () => {
  expect(toolNames(["read_file", "repos.get", "a-b:c"])).toEqual(["read_file", "repos.get", "a-b:c"]);
});

test("signs that no tool's name has become an underscore, and accents are taken off", () => {
  expect(toolNames(["issues/create-comment", "Größe ändern", "_private"])).toEqual([
    "issues_create-comment",
    "Gro_e_andern",
    "private",
  ]);
});

test("names that become alike are told apart, and the one that needed no change keeps its own", () => {
  const [kept, changed] = toolNames(["a_b", "a/b"]);
  expect(kept).toBe("a_b");
  expect(changed).toMatch(/^a_b_[0-9a-f]{8}$/);
});

test("every tool of any list has a name that can be one, the same each time, and no two have the same", () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.oneof(anyText(), fc.string({ minLength: 120 }))), (originals) => {
      const names = toolNames(originals);
      expect(names.every((name) => identifier.safeParse(name).success)).toBe(true);
      expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(originals.length);
      expect(toolNames(originals)).toEqual(names);
    }),
    { numRuns: 50 },
  );
});
