import { open } from "node:fs/promises";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { asCopyFailed } from "./copy-failed.ts";
import { FILE_NAME, isOfBefore, isThere, TakeOverNeeded } from "./database.ts";
import { DatabaseUnusable, NotWhole } from "./failures.ts";
import { mustHoldSomething } from "./file.ts";

/**
 * Copies the database of `folder` into `into`, a folder that is there, as it stands at one moment: also while another
 * process writes to it, which does not wait. The copy, which people call `target`, is read through before it counts.
 * @returns false where there is no database @throws TakeOverNeeded, DatabaseUnusable, CopyFailed
 */
export const snapshot = async (folder: string, into: string, target: string): Promise<boolean> => {
  const [from, to] = [join(folder, FILE_NAME), join(into, FILE_NAME)];
  if (!(await isThere(from))) {
    if (await isOfBefore(folder)) throw new TakeOverNeeded(folder);
    return false;
  }
  await unlessUnusable(folder, () => mustHoldSomething(from));
  const copied = async (): Promise<void> => {
    await withDatabase(from, (source) => backup(source, to, { rate: ALL_PAGES }));
    await withDatabase(to, async (copy) => mustBeWhole(copy));
    await toDisk(to);
  };
  await copied().catch(async (error: unknown) => {
    // The error does not tell which file failed, the copy or the one it is of; that one, read through, does.
    await unlessUnusable(folder, () => withDatabase(from, async (source) => mustBeWhole(source)));
    throw asCopyFailed(target, error);
  });
  return true;
};

const unlessUnusable = async (folder: string, read: () => Promise<void>): Promise<void> => {
  try {
    await read();
  } catch (error) {
    throw new DatabaseUnusable(folder, "failed", error);
  }
};

/** In one step, within which nothing that others write is seen. */
const ALL_PAGES = 2 ** 31 - 1;

const withDatabase = async <Value>(path: string, use: (db: DatabaseSync) => Promise<Value>): Promise<Value> => {
  const db = new DatabaseSync(path, { timeout: 10_000 });
  try {
    return await use(db);
  } finally {
    db.close();
  }
};

const mustBeWhole = (db: DatabaseSync): void => {
  const [first] = db.prepare("PRAGMA integrity_check(1)").all();
  if (first?.integrity_check !== "ok") throw new NotWhole(String(first?.integrity_check));
};

const toDisk = async (path: string): Promise<void> => {
  const handle = await open(path, "r+");
  await handle.sync().finally(() => handle.close());
};
