import { constants } from "node:fs";
import { lstat, mkdir, mkdtemp, open, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, sep } from "node:path";
import { whyNotMade } from "../../shared/shown/file-refusals.ts";
import { CliError } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";

/** A place for what a command writes: one file, or a folder of several. */
export type Place = "file" | "folder";

const makeFolder = async (path: string): Promise<void> =>
  (await import("../../functions/adapters/files/make-folder.ts")).makeFolder(path);

/** Does what writes to a path. @throws CliError (usage) that names the path and what is wrong, whatever the machine says */
const onto = async <Value>(path: string, write: () => Promise<Value>): Promise<Value> => {
  try {
    return await write();
  } catch (cause) {
    const why = whyNotMade(cause) ?? (cause instanceof Error ? cause.message : String(cause));
    throw new CliError(`${path} cannot be written: ${why}`, EXIT.usage, { remedy: "name another path", cause });
  }
};

/** Writes a file, with the folders above it. @throws CliError (usage) */
export const writeOut = (path: string, content: Uint8Array): Promise<void> =>
  onto(path, async () => {
    await makeFolder(dirname(path));
    await writeFile(path, content);
  });

type Ground = {
  /** The lowest of what is named, and above it, that is there already. */
  readonly there: string;
  /** Names that would have to be made in it, one in the other, the lowest first. */
  readonly missing: readonly string[];
};

/** Undefined where nothing is there. @throws what else the machine says: nothing can be made under such a path */
const unlessAbsent = async <Value>(looked: Promise<Value>): Promise<Value | undefined> => {
  try {
    return await looked;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return undefined;
    throw cause;
  }
};

const groundOf = async (path: string): Promise<Ground> => {
  const missing: string[] = [];
  for (let each = path; ; each = dirname(each)) {
    if (dirname(each) === each || (await unlessAbsent(stat(each))) !== undefined) return { there: each, missing };
    const isLink = (await unlessAbsent(lstat(each)))?.isSymbolicLink() === true;
    // Another may have made what it leads to since.
    if (isLink && (await unlessAbsent(stat(each))) === undefined)
      throw new Error("a link that leads nowhere has that name");
    missing.push(basename(each));
  }
};

/**
 * Only making something tells: who may write is not all that a machine goes by (read-only disks, /proc, quotas). It is
 * made under a name that nobody else has: at the very names another command, that was started at the same moment, looks
 * or writes already, and would find what is removed after this look, or lose what it wrote.
 */
const tryToMake = async ({ there, missing }: Ground, place: Place): Promise<void> => {
  const own = await mkdtemp(join(there, ".buddy-"));
  try {
    for (const [at, name] of missing.entries()) {
      if (["", ".", ".."].includes(name)) continue;
      const tried = join(own, name);
      if (at === 0 && place === "file") await writeFile(tried, "", { flag: "wx" });
      else await mkdir(tried);
      await rm(tried, { recursive: true });
    }
  } finally {
    await rm(own, { recursive: true, force: true });
  }
};

const tryFolder = async (folder: string): Promise<void> => {
  const ground = await groundOf(folder);
  if (ground.missing.length === 0) await makeFolder(folder); // Says so where that is no folder.
  await tryToMake(ground, "folder");
};

const tryFile = async (path: string): Promise<void> => {
  const { there, missing } = await groundOf(path);
  const isThere = missing.length === 0;
  const opened = isThere ? await unlessAbsent(open(path, constants.O_WRONLY)) : undefined;
  if (opened !== undefined) return opened.close();
  if (path.endsWith("/") || path.endsWith(sep)) throw new Error("it is the name of a folder");
  // One that another has removed since it was looked for is made anew.
  await tryToMake(isThere ? { there: dirname(path), missing: [basename(path)] } : { there, missing }, "file");
};

/**
 * Finds out whether a command will be able to write where it is told to, before it does anything else. Leaves everything
 * as it is, also what another command makes there meanwhile. @throws CliError (usage) that names the path and what is wrong
 */
export const mustBeWritable = (path: string, place: Place): Promise<void> =>
  onto(path, () => (place === "folder" ? tryFolder(path) : tryFile(path)));
