import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { exampleFrom } from "../../cli/examples-folder.ts";
import { hint } from "../../cli/hints.ts";
import packageJson from "../../package.json" with { type: "json" };

const root = join(import.meta.dirname, "..", "..");

describe("an example that is named", () => {
  it("an example that a hint names is there, from whatever folder the command is typed", () => {
    expect(hint.runExample()).toBe(`buddy run ${exampleFrom(process.cwd(), "examples/hello.json")}`);
    for (const folder of [root, join(root, "docs"), join(root, "..")]) {
      expect(existsSync(join(folder, exampleFrom(folder, "examples/hello.json")))).toBe(true);
    }
  });

  it("an example that the README or a page of the package names is in the package", async () => {
    const pages = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
    const texts = await Promise.all(
      ["README.md", ...pages.map((name) => join("docs", name))].map((path) => readFile(join(root, path), "utf8")),
    );
    const named = texts.flatMap((text) => text.match(/(?<![\w/-])examples\/[\w./-]+\.\w+/gu) ?? []);
    expect(named.length).toBeGreaterThan(20);
    const isPacked = (path: string) => packageJson.files.some((entry) => path.startsWith(`${entry}/`));
    expect([...new Set(named)].filter((path) => !isPacked(path) || !existsSync(join(root, path)))).toEqual([]);
  });
});
