import { gzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { bundleConsole } from "../../bundling/console.ts";
import type { ConsoleFile } from "../../functions/api/console/console-file.ts";

const MOST_BYTES = 90 * 1_024;

describe("the console's files", () => {
  let files: readonly ConsoleFile[] = [];
  beforeAll(async () => {
    files = await bundleConsole();
  });
  const text = (name: string): string =>
    files.flatMap((file) => (file.name === name ? [new TextDecoder().decode(file.content)] : [])).join("");

  it("weigh no more than 90 KB compressed, all code and style together", () => {
    const sizes = files.map(({ content }) => gzipSync(content, { level: 9 }).length);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(MOST_BYTES);
  });

  it("are a page without a script or a style of its own, and what it names", () => {
    const page = text("index.html");
    const named = [...page.matchAll(/(?:src|href)="\/console\/assets\/([^"]+)"/gu)].map(([, name]) => name);
    expect(named).toHaveLength(3);
    expect(files.map(({ name }) => name)).toEqual(expect.arrayContaining(named));
    expect(page).not.toMatch(/<style|style=|<script(?![^>]* src=)| on\w+=/u);
  });

  it("have names that change with what they hold", () => {
    for (const { name } of files) expect(name).toMatch(/^index\.html$|-[A-Z0-9]{8}\.(?:js|css|svg)$/u);
  });
});
