import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { bundleHandlers } from "../../infra/bundling.ts";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-handlers-"));
  const zod = join(import.meta.dirname, "../../node_modules/zod/index.js");
  await writeFile(
    join(folder, "describing.ts"),
    `import { z } from ${JSON.stringify(zod)};
    export const handler = () => z.toJSONSchema(z.string());`,
  );
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it.each([
  ["is one file", "Wake"],
  ["has parts", "Live"],
])("a function that %s and describes a schema is not bundled, unless it is one of those that may", async (_, name) => {
  const entry = join(folder, "describing.ts");
  const refused = bundleHandlers({ [name]: entry }, join(folder, "out"));
  await expect(refused).rejects.toThrow(/describing\.ts describes schemas of zod/u);
  await bundleHandlers({ Read: entry, Mcp: entry }, join(folder, "out"));
});
