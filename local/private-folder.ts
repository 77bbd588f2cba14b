import type { Dirent } from "node:fs";
import { chmod, lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { isMainThread } from "node:worker_threads";
import { makeFolder } from "../functions/adapters/files/make-folder.ts";
import { ifThere } from "../functions/adapters/files/write-atomically.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import { whyNotMade } from "../shared/shown/file-refusals.ts";

/** The data folder cannot be used: it is a file, read-only, or somebody else's. */
export class DataFolderUnusable extends Surprise {
  override readonly name = "DataFolderUnusable";
  constructor(folder: string, why: string, cause?: unknown) {
    super(`the data folder ${folder} cannot be used: ${why}; choose another with --data`, { cause });
  }
}

/** The entries that a server keeps in its data folder. Whatever else lies there is not its own, and stays as it is. */
export const OWN = ["database", "bodies", "definitions", "keys", "outputs", "token.key", "webhooks"];

/** Those in which a server alone writes, after its database was there: keys may be put beside a new one. */
const WRITTEN_AFTER_RECORDS = ["bodies", "definitions", "outputs"];

/** Windows keeps no such bits; there the folder's access list protects it. */
const hasModes = process.platform !== "win32";

/**
 * Makes the data folder, or takes the one there is, for its owner alone: folders 0700, files 0600, also those of
 * before. A file that this process writes from now on is private from its first moment, whatever library writes it.
 * @throws DataFolderUnusable
 */
export const privateFolder = async (folder: string): Promise<void> => {
  if (isMainThread) process.umask(0o077);
  try {
    await makeFolder(folder, 0o700);
    const { mode } = await lstat(join(folder, "."));
    if ((mode & 0o1000) !== 0) throw new DataFolderUnusable(folder, "everybody shares it");
    const own = await readdir(folder, { withFileTypes: true });
    for (const entry of own.filter(({ name }) => OWN.includes(name))) await close(folder, entry, "whatever");
    await restrict(folder, 0o700);
  } catch (cause) {
    if (cause instanceof DataFolderUnusable) throw cause;
    throw new DataFolderUnusable(
      folder,
      whyNotMade(cause) ?? (cause instanceof Error ? cause.message : String(cause)),
      cause,
    );
  }
};

/** Whether a server has written in the folder, which makes its database first. */
export const wasServed = async (folder: string): Promise<boolean> => {
  for (const name of WRITTEN_AFTER_RECORDS) {
    if (((await ifThere(readdir(join(folder, name)))) ?? []).length > 0) return true;
  }
  return false;
};

/**
 * Closes a folder after what is in it: one that is closed already was finished by an earlier start, and what was made
 * in it since was private from its first moment. So a start looks through all that is there once, and through the first
 * layer every time: an earlier version closed `keys`, and not what was in it.
 */
const close = async (parent: string, entry: Dirent, look: "unless closed" | "whatever"): Promise<void> => {
  const path = join(parent, entry.name);
  if (entry.isFile()) await restrict(path, 0o600);
  if (!entry.isDirectory()) return;
  if (look === "unless closed" && isClosed((await lstat(path)).mode)) return;
  for (const inside of await readdir(path, { withFileTypes: true })) await close(path, inside, "unless closed");
  await restrict(path, 0o700);
};

const isClosed = (mode: number): boolean => (mode & 0o077) === 0;

const restrict = async (path: string, mode: number): Promise<void> => {
  if (hasModes && !isClosed((await lstat(path)).mode)) await chmod(path, mode);
};
