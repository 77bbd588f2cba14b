import { stat } from "node:fs/promises";
import { join } from "node:path";
import { ifThere } from "../../functions/adapters/files/write-atomically.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import type { Bodies } from "../../shared/ports/bodies.ts";
import { DatabaseUnusable } from "./failures.ts";
import { type DatabaseFile, DatabaseNewer, type Expected, openFile } from "./file.ts";
import { FolderInUse, lockFolder } from "./folder-lock.ts";
import { HeldFileUnusable } from "./held-file.ts";
import type { Pace } from "./pace.ts";
import { fileStores } from "./stores.ts";

/** The folder is an earlier version's, and is taken over by a command of its own. */
export class TakeOverNeeded extends Surprise {
  override readonly name = "TakeOverNeeded";
  constructor(folder: string) {
    super(`the database in ${folder} is of an earlier version: take it over once with \`buddy data take-over\``);
  }
}

export type Database = {
  readonly table: Table;
  readonly bodies: Bodies;
  readonly pace: Pace;
  /** Lets go of all that was kept so as not to read it again. */
  forget(): void;
  /** Refuses what comes from now on, waits until what was written is on disk, and closes the folder. */
  stop(): Promise<void>;
};

export const FILE_NAME = "buddy.sqlite";
/** Where versions before kept it. */
export const FOLDER_BEFORE = "leveldb";

/**
 * The table and the bodies of one machine: a file of SQLite in `folder`, which is this process's alone. After kill -9 it opens again
 * with every write that was answered; after a power failure as well, as far as the disk keeps its word. Where it `was
 * there`, nothing is made in its place: an empty one would be taken for all there is.
 * @throws FolderInUse, TakeOverNeeded, DatabaseNewer, DatabaseUnusable
 */
export const startDatabase = async (folder: string, expected: Expected = "may be new"): Promise<Database> => {
  const lock = await unlessUnusable(folder, () => lockFolder(folder));
  try {
    const file = await unlessUnusable(folder, () => openIn(folder, expected));
    const { table, bodies, pace, forget, end } = fileStores(file, (error) => named(folder, error));
    const stop = async (): Promise<void> => {
      await end();
      await file.close();
      await lock.unlock();
    };
    return { table, bodies, pace, forget, stop };
  } catch (error) {
    await lock.unlock();
    throw error;
  }
};

const openIn = async (folder: string, expected: Expected): Promise<DatabaseFile> => {
  const path = join(folder, FILE_NAME);
  if (!(await isThere(path)) && (await isThere(join(folder, FOLDER_BEFORE)))) throw new TakeOverNeeded(folder);
  return openFile(path, expected);
};

export const isThere = async (path: string): Promise<boolean> => (await ifThere(stat(path))) !== undefined;

const TOLD = [FolderInUse, TakeOverNeeded, DatabaseNewer, HeldFileUnusable];

const unlessUnusable = async <Value>(folder: string, open: () => Promise<Value>): Promise<Value> => {
  try {
    return await open();
  } catch (error) {
    const told = TOLD.some((kind) => error instanceof kind);
    throw told ? error : new DatabaseUnusable(folder, "cannot be opened", error);
  }
};

/** An error of SQLite, or of the disk, in words; any other as it is. */
const named = (folder: string, error: unknown): unknown => {
  const isOurs = error instanceof Error && ("errcode" in error || "syscall" in error);
  return isOurs ? new DatabaseUnusable(folder, "failed", error) : error;
};
