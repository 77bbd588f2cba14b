import { stat, writeFile } from "node:fs/promises";
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

/** A database of an earlier version stands beside this one's. */
export class EarlierStarted extends Surprise {
  override readonly name = "EarlierStarted";
  constructor(folder: string) {
    super(
      `beside the database in ${folder} stands one of an earlier version, which was started there since it was taken over; ` +
        "or taking it over was cut off at its end: `buddy data take-over` says which, and finishes that",
    );
  }
}

export type Database = {
  readonly table: Table;
  readonly bodies: Bodies;
  readonly pace: Pace;
  /** Lets go of all that was kept so as not to read it again. */
  forget(): void;
  /** Refuses what comes from now on, and waits until what was written is on disk. The folder stays this process's. */
  end(): Promise<void>;
  /** The same, and closes the folder. */
  stop(): Promise<void>;
};

export const FILE_NAME = "buddy.sqlite";
/** Where versions before kept it, in a folder. A file of that name makes them refuse to begin anew there. */
export const FOLDER_BEFORE = "leveldb";
const BARRED = `Its records are in ${FILE_NAME}: versions of Buddy that keep them here do not start on this folder.\n`;

/**
 * The table and the bodies of one machine: a file of SQLite in `folder`, which is this process's alone. After kill -9 it opens again
 * with every write that was answered; after a power failure as well, as far as the disk keeps its word. Where it `was
 * there`, nothing is made in its place: an empty one would be taken for all there is.
 * @throws FolderInUse, TakeOverNeeded, EarlierStarted, DatabaseNewer, DatabaseUnusable
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
    return { table, bodies, pace, forget, end, stop };
  } catch (error) {
    await lock.unlock();
    throw error;
  }
};

const openIn = async (folder: string, expected: Expected): Promise<DatabaseFile> => {
  const path = join(folder, FILE_NAME);
  if (await isOfBefore(folder)) throw (await isThere(path)) ? new EarlierStarted(folder) : new TakeOverNeeded(folder);
  const file = await openFile(path, expected);
  try {
    await barEarlier(folder);
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
};

/** A version before finds nothing of its own in this one's folder, and would begin there without what is locked. */
export const barEarlier = async (folder: string): Promise<void> => {
  const path = join(folder, FOLDER_BEFORE);
  if (!(await isThere(path))) await writeFile(path, BARRED, { mode: 0o600 });
};

/** Whether the folder holds a database of versions before. */
export const isOfBefore = async (folder: string): Promise<boolean> =>
  (await ifThere(stat(join(folder, FOLDER_BEFORE))))?.isDirectory() ?? false;

export const isThere = async (path: string): Promise<boolean> => (await ifThere(stat(path))) !== undefined;

const TOLD = [FolderInUse, TakeOverNeeded, EarlierStarted, DatabaseNewer, HeldFileUnusable];

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
