import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleConsole } from "../../bundling/console.ts";
import type { ConsoleFile } from "../../functions/api/console/console-file.ts";
import { storedFiles, storeFiles } from "../../functions/api/console/stored-files.ts";

const MOST_BYTES = 90 * 1_024;

describe("the console's files", () => {
  let files: readonly ConsoleFile[] = [];
  beforeAll(async () => {
    files = await bundleConsole();
  });
  const text = (name: string): string =>
    files.flatMap((file) => (file.name === name ? [new TextDecoder().decode(file.content)] : [])).join("");

  it("the console's files weigh no more than 90 KB compressed, all code and style together", () => {
    const sizes = files.map(({ content }) => gzipSync(content, { level: 9 }).length);
    const sum = sizes.reduce((all, size) => all + size, 0);
    expect(
      sum,
      "a word more in shared/ is a few bytes more here: say something in console/ shorter",
    ).toBeLessThanOrEqual(MOST_BYTES);
  });

  it("the console's files first load what shows the inbox: nothing that checks values is among it", () => {
    const first = text(files.find(({ name }) => name.startsWith("main-") && name.endsWith(".js"))?.name ?? "");
    const loaded = [...first.matchAll(/from"\.\/(part-\w+\.js)"/gu)].map(([, name]) => text(name ?? ""));
    expect([first, ...loaded].join("")).not.toContain("ZodObject");
  });

  it("the console's files make every schema that verifies a record: nothing of zod is left out that one of them calls", async () => {
    const folder = await mkdtemp(join(tmpdir(), "buddy-console-part-"));
    try {
      await writeFile(join(folder, "package.json"), '{"type":"module"}');
      const parts = files.filter(({ name }) => /^part-.*\.js$/u.test(name));
      for (const { name, content } of parts) await writeFile(join(folder, name), content);
      const verifying = parts.find(({ name }) => text(name).includes("ZodObject"));
      const made = await promisify(execFile)(process.execPath, [join(folder, verifying?.name ?? "none")]);
      expect(made.stderr).toBe("");
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it("the console's code makes no function of text, and does not try whether it may: the browser would report that", () => {
    for (const { name } of files) expect(text(name), name).not.toMatch(/\bFunction\(|\beval\(/u);
  });

  it("the console's files are stored beside their compressed forms, and read back the same", async () => {
    const folder = await mkdtemp(join(tmpdir(), "buddy-console-files-"));
    try {
      await storeFiles(folder, files);
      const byName = (all: readonly ConsoleFile[]) => new Map(all.map((file) => [file.name, file]));
      expect(byName(await storedFiles(folder))).toEqual(byName(files));
    } finally {
      await rm(folder, { recursive: true });
    }
    for (const { content, encoded } of files) expect(gunzipSync(encoded.gzip ?? "")).toEqual(Buffer.from(content));
  });

  it("the console's files are a page without a script or a style of its own, and what it names", () => {
    const page = text("index.html");
    const named = [...page.matchAll(/(?:src|href)="\/console\/assets\/([^"]+)"/gu)].map(([, name]) => name);
    expect(named).toHaveLength(3);
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
    expect(page).not.toMatch(/<style|style=|<script(?![^>]* src=)| on\w+=/u);
  });

  it("the console's files have names that change with what they hold", () => {
    for (const { name } of files) expect(name).toMatch(/^index\.html$|-[A-Z0-9]{8}\.(?:js|css|svg)$/u);
  });
});
