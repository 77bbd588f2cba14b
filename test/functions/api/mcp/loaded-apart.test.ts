import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bundleHandlers } from "../../../../infra/bundling.ts";
import { handlerEntries } from "../../../../infra/handlers.ts";

it("the function that describes every route does not carry the protocol's library; the one that speaks it does", async () => {
  const folder = await mkdtemp(join(tmpdir(), "buddy-apart-"));
  const { Read = "", Mcp = "" } = handlerEntries();
  await bundleHandlers({ Read, Mcp }, folder);
  const carries = async (name: string): Promise<boolean> =>
    (await readFile(join(folder, name, "index.mjs.map"), "utf8")).includes("@modelcontextprotocol/server");
  expect({ read: await carries("Read"), mcp: await carries("Mcp") }).toEqual({ read: false, mcp: true });
  await rm(folder, { recursive: true, force: true });
});
