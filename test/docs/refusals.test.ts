import { readFileSync } from "node:fs";
import { expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const page = readFileSync(new URL("docs/tools.md", root), "utf8");
const tests = readFileSync(new URL("test/functions/adapters/http/guarded-client.test.ts", root), "utf8");

const section = page.slice(
  page.indexOf("A request is **not sent** to"),
  page.indexOf("A redirect is an answer like any other"),
);

it("every refusal of the page is a test, by the words of the page", () => {
  const rows = [...section.matchAll(/^\| ([a-z][^|]+?) \|/gm)].map(([, what = ""]) => what);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((what) => !tests.includes(`"${what}"`))).toEqual([]);
});

it("every answer that leaves an outcome unknown is a test, by the name of the page", () => {
  const names = [...section.matchAll(/`([a-z]+(?:_[a-z]+)*)`/g)].map(([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !tests.includes(`"${name}"`))).toEqual([]);
});

it("every refusal to a page of the browser is a test, by the words of the page", () => {
  const browser = readFileSync(new URL("test/functions/adapters/browser/contained-pages.browser.ts", root), "utf8");
  const table = page.slice(
    page.indexOf("these is a test of `test/functions/adapters/browser/contained-pages.browser.ts`"),
    page.indexOf("## Secrets"),
  );
  const rows = [...table.matchAll(/^\| ([a-z][^|]+?) \|/gm)].map(([, what = ""]) => what);
  expect(rows.length).toBeGreaterThan(10);
  expect(rows.filter((what) => !browser.includes(`"a page ${what}"`))).toEqual([]);
});
