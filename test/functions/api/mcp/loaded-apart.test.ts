import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundleSize } from "../../../../infra/bundle-size.ts";
import { bundleFile, bundleHandlers } from "../../../../infra/bundling.ts";
import { handlerEntries } from "../../../../infra/handlers.ts";

it("the function that describes every route does not carry the protocol's library; the one that speaks it loads it at its start, and not within the first request", async () => {
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
  expect((await bundleSize(join(folder, "Read"))).when_needed).toBe(0);
  await rm(folder, { recursive: true, force: true });
});
