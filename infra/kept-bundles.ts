import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join, relative } from "node:path";
import { bundleHandlers } from "./bundling.ts";
import { handlerEntries, repositoryRoot } from "./handlers.ts";

/** The sources of bundles, and of what makes them; installed packages are told by what npm wrote down of them. */
const SOURCES = ["functions", "shared", "console", "bundling", "infra", "node_modules/.package-lock.json"];
const FOLDER = join("node_modules", ".cache", "buddy-bundles");
/** Of the sources as they are and as they were before: a few fit beside each other, and no more are kept. */
const KEPT = 4;

const filesOf = async (path: string): Promise<string[]> => {
  if (!(await stat(path)).isDirectory()) return [path];
  const found = await readdir(path, { recursive: true, withFileTypes: true });
  return found.filter((each) => each.isFile()).map(({ parentPath, name }) => join(parentPath, name));
};

/** Whose bundles: the folder of a project, and what makes them of its sources in the folder that it is given. */
type Bundling = { readonly root: string; readonly make: (outdir: string) => Promise<void> };

/** One for one content of the sources. */
const digestOfSources = async (root: string): Promise<string> => {
  const files = (await Promise.all(SOURCES.map((name) => filesOf(join(root, name))))).flat().toSorted();
  const digest = createHash("sha256").update(process.version);
  for (const file of files) {
    const content = createHash("sha256").update(await readFile(file));
    digest.update(`\n${relative(root, file)} ${content.digest("hex")}`);
  }
  return digest.digest("hex");
};

const removeOld = async (folder: string): Promise<void> => {
  const found = await Promise.all(
    (await readdir(folder)).map(async (name) => ({ name, made: (await stat(join(folder, name))).mtimeMs })),
  );
  const old = found.toSorted((one, other) => one.made - other.made).slice(0, -KEPT);
  await Promise.all(old.map(({ name }) => rm(join(folder, name), { recursive: true, force: true })));
};

/** Those of the same sources and packages are made once, and kept beside the installed packages. */
export const keptBundles = async ({ root, make }: Bundling, outdir: string): Promise<void> => {
  const folder = join(root, FOLDER);
  const kept = join(folder, await digestOfSources(root));
  if (!existsSync(kept)) {
    await mkdir(folder, { recursive: true });
    // Made under another name: what has its name is whole, also when two make it at a time, or one is killed.
    const made = await mkdtemp(join(folder, "made-"));
    await make(made);
    await rename(made, kept).catch(async (error: unknown) => {
      if (!existsSync(kept)) throw error;
      await rm(made, { recursive: true });
    });
    await removeOld(folder);
  }
  await cp(kept, outdir, { recursive: true });
};

/**
 * Every handler as `bundleHandlers` makes it, into `outdir`: to synthesise, to pack and to deploy need the same ones, and
 * wait for them longest. @throws as `bundleHandlers`
 */
export const bundlesOfSources = (outdir: string): Promise<void> =>
  keptBundles({ root: repositoryRoot, make: (folder) => bundleHandlers(handlerEntries(), folder) }, outdir);
