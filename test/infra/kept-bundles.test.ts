import { mkdir, mkdtemp, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, inject, it } from "vitest";
import { keptBundles } from "../../infra/kept-bundles.ts";

let root = "";
let made = 0;
beforeEach(async () => {
  root = await mkdtemp(join(inject("temporaryFolder"), "kept-bundles-"));
  for (const name of ["functions/api", "shared", "console", "bundling", "infra", "node_modules"]) {
    await mkdir(join(root, name), { recursive: true });
  }
  await writeFile(join(root, "node_modules", ".package-lock.json"), "{}");
  await writeFile(join(root, "functions", "api", "read.ts"), "one");
  made = 0;
});

/** A bundle that says what its source said. */
const make = async (folder: string): Promise<void> => {
  made += 1;
  await mkdir(join(folder, "Read"));
  await writeFile(join(folder, "Read", "index.mjs"), await readFile(join(root, "functions", "api", "read.ts")));
};

const bundle = async (outdir = join(root, "out")): Promise<string> => {
  await keptBundles({ root, make }, outdir);
  return readFile(join(outdir, "Read", "index.mjs"), "utf8");
};

const keptFolders = () => readdir(join(root, "node_modules", ".cache", "buddy-bundles"));

describe("bundles of handlers", () => {
  it("bundles of handlers are made once of the same sources, and given to everybody who asks", async () => {
    expect([await bundle(), await bundle(join(root, "other"))]).toEqual(["one", "one"]);
    expect(made).toBe(1);
  });

  it.each(["functions/api/read.ts", "shared/new.ts", "bundling/how.ts", "node_modules/.package-lock.json"])(
    "bundles of handlers are made anew when %s is another",
    async (file) => {
      await bundle();
      await writeFile(join(root, file), "two");
      expect(await bundle()).toBe(file === "functions/api/read.ts" ? "two" : "one");
      expect(made).toBe(2);
    },
  );

  it("bundles of handlers are made again after they could not be made, and nothing of that is given out", async () => {
    const failing = async (folder: string): Promise<void> => {
      await make(folder);
      throw new Error("a name that nobody exports");
    };
    await expect(keptBundles({ root, make: failing }, join(root, "out"))).rejects.toThrow("nobody exports");
    expect(await bundle()).toBe("one");
    expect(made).toBe(2);
  });

  it("bundles of handlers are one when two make them at a time", async () => {
    expect(await Promise.all([bundle(), bundle(join(root, "other"))])).toEqual(["one", "one"]);
    expect(await keptFolders()).toHaveLength(1);
  });

  it("bundles of handlers are kept of the last four states of the sources", async () => {
    for (const text of ["1", "2", "3", "4", "5", "6"]) {
      await writeFile(join(root, "functions", "api", "read.ts"), text);
      expect(await bundle()).toBe(text);
    }
    expect(await keptFolders()).toHaveLength(4);
  });
});
