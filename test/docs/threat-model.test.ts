import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/threat-model.md", root), "utf8");

/** By heading, the lines below it. */
const sections = page
  .split(/^### /m)
  .slice(1)
  .map((section) => ({
    title: section.split("\n")[0] ?? "",
    controls: section
      .split(/^## /m)[0]
      ?.split("\n")
      .filter((line) => /^\| (?!control \|)/.test(line)),
  }));

/** A path in backticks, a colon, then "the sentence of a test" */
const named = (text: string) =>
  [...text.matchAll(/`([\w./-]+\.(?:test|browser)\.ts)`: "([^"]+)"/g)].map(([, file = "", sentence = ""]) => ({
    file,
    sentence,
  }));

describe("the threat model", () => {
  it("the threat model goes through the ten of OWASP, and what is beside them", () => {
    const ids = sections.map(({ title }) => title.split(" ")[0]);
    const ten = Array.from({ length: 10 }, (_, n) => `ASI${String(n + 1).padStart(2, "0")}`);
    expect(ids).toEqual([...ten, "Beside"]);
  });

  it("the threat model names a test for every control", () => {
    for (const { title, controls = [] } of sections) {
      expect(controls.length, title).toBeGreaterThan(0);
      for (const control of controls) expect(named(control).length, control).toBeGreaterThan(0);
    }
  });

  it("the threat model names no file that is not there", () => {
    const files = [...page.matchAll(/`((?:test|e2e|infra|docs)\/[\w./-]+\.\w+)`/g)].flatMap(([, file]) => file ?? []);
    expect(files.length).toBeGreaterThan(50);
    expect(files.filter((file) => !existsSync(new URL(file, root)))).toEqual([]);
  });

  it("the threat model names no test that its file does not have", () => {
    const missing = named(page).filter(({ file, sentence }) => {
      const source = readFileSync(new URL(file, root), "utf8");
      return !['"', "`"].some((quote) => source.includes(`${quote}${sentence}${quote},`));
    });
    expect(missing).toEqual([]);
  });
});
