import { lstat, mkdtemp, open, rm, rmdir, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
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

const found = (look: typeof stat, path: string): Promise<boolean> =>
  look(path).then(
    () => true,
    () => false,
  );

/** The folders that would have to be made for one, the lowest first. */
const missingAbove = async (folder: string): Promise<string[]> => {
  const missing: string[] = [];
  for (let each = folder; !(await found(stat, each)); each = dirname(each)) {
    missing.push(each);
    if (dirname(each) === each) break;
  }
  return missing;
};

/** Only making something tells: who may write is not all that a machine goes by (read-only disks, /proc, quotas). */
const tryFolder = async (folder: string): Promise<void> => {
  const missing = await missingAbove(folder);
  try {
    await makeFolder(folder);
    await rmdir(await mkdtemp(join(folder, ".buddy-")));
  } finally {
    // As it was before: a command that is refused leaves nothing. A folder that another has begun to use stays.
    for (const each of missing) await rmdir(each).catch(() => undefined);
  }
};

const tryFile = async (path: string): Promise<void> => {
  if (await found(stat, path)) {
    await (await open(path, "a")).close();
    return;
  }
  if (await found(lstat, path)) throw new Error("it is a link that leads nowhere");
  await tryFolder(dirname(path));
  const missing = await missingAbove(dirname(path));
  if (missing.length > 0) return;
  await (await open(path, "wx")).close();
  await rm(path);
};

/**
 * Finds out whether a command will be able to write where it is told to, before it does anything else. Leaves everything
 * as it is. @throws CliError (usage) that names the path and what is wrong
 */
export const mustBeWritable = (path: string, place: Place): Promise<void> =>
  onto(path, () => (place === "folder" ? tryFolder(path) : tryFile(path)));
