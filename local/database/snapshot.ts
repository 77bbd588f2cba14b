import { open } from "node:fs/promises";
import { join } from "node:path";
import { backup, DatabaseSync } from "node:sqlite";
import { FILE_NAME, FOLDER_BEFORE, isThere, TakeOverNeeded } from "./database.ts";
import { DatabaseUnusable } from "./failures.ts";

/**
 * Copies the database of `folder` into `target`, a folder that is there, as it stands at one moment: also while another
 * process writes to it, which does not wait. The copy is read through before it counts.
 * @returns false where there is no database @throws TakeOverNeeded, DatabaseUnusable
 */
export const snapshot = async (folder: string, target: string): Promise<boolean> => {
  const [from, to] = [join(folder, FILE_NAME), join(target, FILE_NAME)];
  if (!(await isThere(from))) {
    if (await isThere(join(folder, FOLDER_BEFORE))) throw new TakeOverNeeded(folder);
    return false;
  }
  try {
    await withDatabase(from, (source) => backup(source, to, { rate: ALL_PAGES }));
    await withDatabase(to, async (copy) => mustBeWhole(copy));
    await toDisk(to);
    return true;
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
  if (first?.integrity_check !== "ok") throw new Error(`its copy is not whole: ${first?.integrity_check}`);
};

const toDisk = async (path: string): Promise<void> => {
  const handle = await open(path, "r+");
  await handle.sync().finally(() => handle.close());
};
