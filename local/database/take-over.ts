import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { isDeepStrictEqual } from "node:util";
import { ClassicLevel } from "classic-level";
import { fromAttributes } from "../../functions/adapters/dynamodb/attributes.ts";
import type { Item } from "../../functions/adapters/table/item.ts";
import { placeOf } from "../../functions/adapters/table/record.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import { barEarlier, FILE_NAME, FOLDER_BEFORE, isOfBefore, isThere } from "./database.ts";
import { DatabaseUnusable } from "./failures.ts";
import { type DatabaseFile, openFile, syncFolder } from "./file.ts";
import { FolderInUse, lockFolder } from "./folder-lock.ts";
import { HeldFileUnusable } from "./held-file.ts";
import { sqlRows } from "./sql-rows.ts";

/** There is nothing to take over, or what was taken over is not what was there. */
export class TakeOverRefused extends Surprise {
  override readonly name = "TakeOverRefused";
}

export type TakenOver = {
  readonly items: number;
  /** Where the files of the version before are from now on; nothing reads them any more. */
  readonly kept_in: string;
};

type Before = ClassicLevel<string, Parameters<typeof fromAttributes>[0]>;

/** Of one transaction. */
const ITEMS_AT_A_TIME = 1_000;

/**
 * Takes over the database of an earlier version: DynamoDB's items in LevelDB, which an emulator kept below a name for
 * the table, as JSON. Each batch goes on disk with the place it came to, so one that is cut off goes on from there. The
 * files that are taken over stay as they are until all has been read again and compared. Its index is made anew from the items, also
 * where a kill had torn it.
 * @throws FolderInUse, TakeOverRefused, DatabaseUnusable
 */
export const takeOver = async (
  folder: string,
  tell: (line: string) => void,
  at_a_time = ITEMS_AT_A_TIME,
): Promise<TakenOver> => {
  try {
    const lock = await lockFolder(folder);
    try {
      await mustBeOfBefore(folder);
      return await moved(folder, tell, at_a_time);
    } finally {
      await lock.unlock();
    }
  } catch (error) {
    const told = [FolderInUse, HeldFileUnusable, TakeOverRefused].some((kind) => error instanceof kind);
    throw told ? error : new DatabaseUnusable(folder, "cannot be opened", error);
  }
};

/** @throws TakeOverRefused */
export const mustBeOfBefore = async (folder: string): Promise<void> => {
  if (await isOfBefore(folder)) return;
  if (await isThere(join(folder, FILE_NAME))) throw new TakeOverRefused(`${folder} is this version's already`);
  throw new TakeOverRefused(`${folder} holds no database of an earlier version: say where it is with --data`);
};

const moved = async (folder: string, tell: (line: string) => void, at_a_time: number): Promise<TakenOver> => {
  const unfinished = join(folder, `${FILE_NAME}.unfinished`);
  const [from, kept_in] = [join(folder, FOLDER_BEFORE), join(folder, `${FOLDER_BEFORE}.taken-over`)];
  const before: Before = new ClassicLevel(from, { createIfMissing: false, valueEncoding: "json" });
  await before.open();
  const isCopied = await isThere(join(folder, FILE_NAME));
  const items = await (isCopied
    ? comparedAgain(folder, before)
    : copiedAnew(unfinished, before, tell, at_a_time)
  ).finally(() => before.close());
  if (!isCopied) await rename(unfinished, join(folder, FILE_NAME));
  await rename(from, kept_in);
  await barEarlier(folder);
  await syncFolder(folder);
  return { items, kept_in };
};

const copiedAnew = async (
  unfinished: string,
  before: Before,
  tell: (line: string) => void,
  at_a_time: number,
): Promise<number> =>
  withFile(unfinished, async (file) => {
    for await (const count of copied(before, file, at_a_time)) tell(`records taken over: ${count}`);
    return compare(before, file);
  }).catch(async (error: unknown) => {
    // The next one begins anew.
    if (error instanceof TakeOverRefused) await rm(unfinished);
    throw error;
  });

/** It was cut off when all was copied, or else an earlier version has been started since. @throws TakeOverRefused */
const comparedAgain = async (folder: string, before: Before): Promise<number> => {
  try {
    return await withFile(join(folder, FILE_NAME), (file) => compare(before, file));
  } catch (error) {
    if (!(error instanceof TakeOverRefused)) throw error;
    const theirs = join(folder, FOLDER_BEFORE);
    throw new TakeOverRefused(
      `an earlier version was started on ${folder}: what it recorded, such as calls and locks, is in ${theirs} alone; ` +
        "look at it there, then move that folder away to go on without it",
      { cause: error },
    );
  }
};

const withFile = async <Value>(path: string, use: (file: DatabaseFile) => Promise<Value>): Promise<Value> => {
  const file = await openFile(path);
  try {
    return await use(file);
  } finally {
    await file.close();
  }
};

/** Where the emulator keeps the items of the table that was always called so; `~` is the character before this end. */
const ITEMS = { gte: "item-buddy~", lt: "item-buddy\x7f" };

/** Tells after each batch how many there have been since it went on. */
async function* copied(before: Before, { db, toDisk }: DatabaseFile, at_a_time: number): AsyncGenerator<number> {
  db.exec("CREATE TABLE IF NOT EXISTS taken_over (last TEXT NOT NULL) STRICT");
  const rows = sqlRows(db);
  const last = db.prepare("SELECT last FROM taken_over").get()?.last;
  let count = 0;
  for await (const batch of batches(before, typeof last === "string" ? { gt: last, lt: ITEMS.lt } : ITEMS, at_a_time)) {
    db.exec("BEGIN IMMEDIATE; DELETE FROM taken_over");
    for (const [, item] of batch) rows.put(item, undefined);
    db.prepare("INSERT INTO taken_over VALUES (?)").run(batch.at(-1)?.[0] ?? "");
    db.exec("COMMIT");
    count += batch.length;
    yield count;
  }
  db.exec("DROP TABLE taken_over");
  await toDisk();
}

/** @returns how many there are @throws TakeOverRefused at the first that is not as it was */
const compare = async (before: Before, { db }: DatabaseFile): Promise<number> => {
  const rows = sqlRows(db);
  let count = 0;
  for await (const batch of batches(before, ITEMS, ITEMS_AT_A_TIME)) {
    for (const [, item] of batch) {
      if (isDeepStrictEqual({ ...rows.get(item) }, { ...item })) continue;
      throw new TakeOverRefused(`${placeOf(item)} is not what it was: take it over again, from the beginning`);
    }
    count += batch.length;
  }
  if (count !== countIn(db))
    throw new TakeOverRefused(`${countIn(db)} items instead of ${count}: remove what is unfinished`);
  return count;
};

const countIn = (db: DatabaseSync): number => Number(db.prepare("SELECT count(*) AS items FROM items").get()?.items);

type Range = { readonly gte: string; readonly lt: string } | { readonly gt: string; readonly lt: string };

async function* batches(before: Before, range: Range, at_a_time: number): AsyncGenerator<[string, Item][]> {
  let batch: [string, Item][] = [];
  for await (const [key, attributes] of before.iterator(range)) {
    batch.push([key, fromAttributes(attributes)]);
    if (batch.length < at_a_time) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}
