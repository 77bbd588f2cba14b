import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { projectFolder } from "../../../../checks/project-files.ts";
import { INSTALLING, MADE_FOR_NODES, npmChromium } from "../../../../functions/adapters/browser/npm-chromium.ts";

const read = (path: string): Promise<string> => readFile(join(projectFolder, path), "utf8");

it("the Nodes that npm's browser is said to be made for are those that its package names in the lockfile", async () => {
  const chromium = z.object({ engines: z.object({ node: z.literal(MADE_FOR_NODES) }), optional: z.literal(true) });
  const lockfile = z.object({ packages: z.object({ "node_modules/@sparticuz/chromium": chromium }) });
  expect(lockfile.safeParse(JSON.parse(await read("package-lock.json"))).error).toBeUndefined();
});

it.skipIf(process.platform !== "linux" || process.arch !== "x64")(
  "npm's browser that is not installed is refused with why npm left it out, and the command that installs it",
  async () => {
    const found = await npmChromium("/nowhere", async () => undefined);
    const words = `where the Node that runs npm is not ${MADE_FOR_NODES}, and with --omit=optional`;
    expect(found).toEqual({ ok: false, refusal: expect.stringContaining(words) });
    expect(found).toEqual({ ok: false, refusal: expect.stringContaining(`(${INSTALLING})`) });
  },
);

it.each(["docs/tools.md", "docs/pages-example.md", "docs/adr/0026-a-browser-from-npm.md"])(
  "%s says how npm's browser is installed where npm left it out",
  async (page) => {
    expect((await read(page)).replaceAll("\n", " ")).toContain(INSTALLING);
  },
);
