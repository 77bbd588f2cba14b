import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundleSize } from "../../../../infra/bundle-size.ts";
import { bundleFile, bundleHandlers } from "../../../../infra/bundling.ts";
import { handlerEntries } from "../../../../infra/handlers.ts";

/** The bytes that its cold start loaded before there was a console, with today's packages (docs/performance.md). */
const READ_BEFORE_THE_CONSOLE = 985_600;

it("the function that describes every route does not carry the protocol's library; the one that speaks it does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-apart-"));
  const { Read = "", Mcp = "" } = handlerEntries();
  await bundleHandlers({ Read, Mcp }, folder);
  const carrying = async (name: string): Promise<string[]> => {
    const maps = (await readdir(join(folder, name))).filter((file) => file.endsWith(".map"));
    const texts = await Promise.all(maps.map((file) => readFile(join(folder, name, file), "utf8")));
    return maps.filter((_, place) => texts[place]?.includes("@modelcontextprotocol/server/"));
  };
  expect(await carrying("Read")).toEqual([]);
  expect(await carrying("Mcp")).toEqual([`${bundleFile}.map`]);
  await rm(folder, { recursive: true, force: true });
});

it("the function that only reads loads what every route is described by when somebody asks for that, and not at its start", async () => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-described-"));
  const { Read = "" } = handlerEntries();
  await bundleHandlers({ Read }, folder);
  const bundle = join(folder, "Read");
  const index = await readFile(join(bundle, bundleFile), "utf8");
  const [, later = ""] = /import\("\.\/(document-\w+\.mjs)"\)/u.exec(index) ?? [];
  const sourcesOf = async (file: string): Promise<string> => readFile(join(bundle, `${file}.map`), "utf8");
  expect(await sourcesOf(later)).toContain("functions/api/administer/put-contract.ts");
  for (const file of (await readdir(bundle)).filter((name) => name.endsWith(".mjs") && name !== later))
    expect(await sourcesOf(file), file).not.toContain("functions/api/administer/put-contract.ts");
  const { at_start, when_needed } = await bundleSize(bundle);
  expect(at_start).toBeLessThan(READ_BEFORE_THE_CONSOLE);
  expect(when_needed).toBeGreaterThan(0);
  await rm(folder, { recursive: true, force: true });
});
