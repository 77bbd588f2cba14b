import { type FileHandle, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ifThere } from "../../functions/adapters/files/write-atomically.ts";
import { Surprise } from "../../shared/plan/surprise.ts";

/** The file is a newer version's, and what that one added would be lost. */
export class DatabaseNewer extends Surprise {
  override readonly name = "DatabaseNewer";
  constructor(path: string, format: number) {
    super(
      `${path} was written by a newer version of Buddy (format ${format}, this one knows ${FORMAT}): start that one`,
    );
  }
}

/** Says whose file it is: "Bddy" in ASCII. */
const APPLICATION = 0x42646479;

/**
 * Items of the table. Their records are long texts, so they stand in a tree of their own and the key in another; rows of
 * one turn then stand side by side. Texts compare by their bytes, as the table promises.
 */
const ITEMS = `
  CREATE TABLE items (
    pk TEXT NOT NULL,
    sk TEXT NOT NULL,
    gsi1pk TEXT,
    gsi1sk TEXT,
    body TEXT,
    others TEXT NOT NULL,
    PRIMARY KEY (pk, sk)
  ) STRICT;
  CREATE INDEX gsi1 ON items (gsi1pk, gsi1sk) WHERE gsi1pk IS NOT NULL AND gsi1sk > '';`;

/** Bodies by the key of their reference. */
const BODIES = "CREATE TABLE bodies (key TEXT NOT NULL PRIMARY KEY, text TEXT NOT NULL) STRICT;";

/** Each format adds something that a version before does not know; a file of one is brought up to the last when it is opened. */
const FORMATS = [ITEMS, BODIES];
const FORMAT = FORMATS.length;

export type DatabaseFile = {
  readonly db: DatabaseSync;
  /** Resolves when everything that was committed is on disk, as far as the file system keeps its word. */
  toDisk(): Promise<void>;
  close(): Promise<void>;
};

/** Whether a file is made where none is, or is known to have been there. */
export type Expected = "may be new" | "was there";

/** A restore that broke off leaves no file, or an empty one, which SQLite would take for a new database. @throws Error in words */
export const mustHoldSomething = async (path: string): Promise<void> => {
  const found = await ifThere(stat(path));
  if (found === undefined) throw new Error("its file is gone");
  if (found.size === 0) throw new Error("its file is empty");
};

/**
 * Opens the file, or makes it. A commit writes to the log beside it (WAL) and does not wait for the disk: that blocks
 * the process; `toDisk` does, and blocks nobody. The log holds commits in their order, each with a checksum, so after a
 * power failure what was not on disk yet is missing from the end of it and nowhere else.
 * @throws DatabaseNewer, and what SQLite finds wrong
 */
export const openFile = async (path: string, expected: Expected = "may be new"): Promise<DatabaseFile> => {
  if (expected === "was there") await mustHoldSomething(path);
  const db = new DatabaseSync(path, { timeout: 2_000 });
  try {
    db.exec(
      "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -8192",
    );
    prepare(db, path, expected);
    const log = await open(`${path}-wal`, "r+");
    await log.datasync();
    await syncFolder(dirname(path));
    return { db, toDisk: () => log.datasync(), close: () => close(db, log) };
  } catch (error) {
    db.close();
    throw error;
  }
};

const prepare = (db: DatabaseSync, path: string, expected: Expected): void => {
  const [application, format] = [numberIn(db, "application_id"), numberIn(db, "user_version")];
  const empty = db.prepare("SELECT 1 FROM sqlite_schema LIMIT 1").get() === undefined;
  const isNew = application === 0 && format === 0 && empty;
  // Of a copy that left out the log beside it, or a file whose end was lost, the first page alone may be there.
  if (isNew && expected === "was there") throw new Error("its file holds no records");
  if (!isNew && application !== APPLICATION) throw new Error(`${path} is a database of another program`);
  if (format > FORMAT) throw new DatabaseNewer(path, format);
  if (format === FORMAT) return;
  const added = FORMATS.slice(format).join(" ");
  db.exec(`BEGIN IMMEDIATE; ${added} PRAGMA application_id = ${APPLICATION}; PRAGMA user_version = ${FORMAT}; COMMIT`);
};

const numberIn = (db: DatabaseSync, pragma: "application_id" | "user_version"): number =>
  Number(db.prepare(`PRAGMA ${pragma}`).get()?.[pragma]);

/** A file that was made is in its folder after a power failure; Windows has no such thing as a folder's sync. */
export const syncFolder = async (folder: string): Promise<void> => {
  if (process.platform === "win32") return;
  const handle = await open(folder);
  await handle.sync().finally(() => handle.close());
};

const close = async (db: DatabaseSync, log: FileHandle): Promise<void> => {
  await log.close();
  db.close();
};
