import { describe, expect, test } from "vitest";
import { countedNow } from "../../checks/counted.ts";
import { projectPaths, readFiles } from "../../checks/project-files.ts";
import { checkTrueCounts } from "../../checks/true-counts.ts";

const COUNTED = [{ what: "artifacts", count: 27, phrases: ["N artifacts", "(?:the|its) N files"] }];

const faults = (path: string, text: string): string[] => checkTrueCounts([{ path, text }], COUNTED);

describe("a sentence that states a count", () => {
  test.each([
    ["in words", "It seals seven artifacts.", "seven artifacts"],
    ["in words at the beginning", "Twenty-six artifacts are sealed.", "Twenty-six artifacts"],
    ["in digits", "and 28 artifacts", "28 artifacts"],
    ["of a thousand and more", "1,027 artifacts", "1,027 artifacts"],
    ["by another phrase", "hash its twenty files", "its twenty files"],
  ])("a count is refused where there are more or fewer: %s", (_how, text, said) => {
    expect(faults("docs/a.md", `# A\n\n${text}`)).toEqual([`docs/a.md:3: says "${said}", and there are 27 artifacts`]);
  });

  test.each(["twenty-seven artifacts", "27 artifacts", "the twenty-seven files"])(
    "a count is taken where it is so: %s",
    (text) => {
      expect(faults("docs/a.md", text)).toEqual([]);
    },
  );

  test.each(["two files of the project", "version 3artifacts", "one of the artifacts", "some artifacts"])(
    "a count of something else, or none, is let be: %s",
    (text) => {
      expect(faults("docs/a.md", text)).toEqual([]);
    },
  );

  test("a count of schedules is held to what CI plays", async () => {
    const files = await readFiles(await projectPaths());
    const document = { path: "docs/a.md", text: "    npm run simulate -- --schedules 5 --seed 1   # what CI plays" };
    expect(checkTrueCounts([document], countedNow(files))).toEqual([
      expect.stringMatching(/^docs\/a\.md:1: says "schedules 5 .* schedules that CI plays$/),
    ]);
  });

  test("a count is looked for in comments, over the ends of their lines, and not in texts of the code", () => {
    const text = "/**\n * Writes the seven\n * files.\n */\nconst a = 'seven artifacts';";
    expect(faults("shared/a.ts", text)).toEqual(['shared/a.ts:1: says "the seven files", and there are 27 artifacts']);
  });
});

test("every count that the project's documents state is so, and one more of anything is noticed", async () => {
  const documents = (await projectPaths()).filter((path) => /\.md$|^examples\/|^\.ci\/run$/.test(path));
  const files = await readFiles(documents);
  const counted = countedNow(files);
  expect(checkTrueCounts(files, counted)).toEqual([]);
  const noticed = counted.filter((each) => checkTrueCounts(files, [{ ...each, count: each.count + 1 }]).length > 0);
  expect(noticed.map(({ what }) => what)).toEqual(
    expect.arrayContaining([
      "artifacts",
      "types of conflict",
      "health metrics",
      "metrics of a deployment",
      "plans among the examples",
    ]),
  );
});
