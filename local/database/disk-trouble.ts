import { accessSync, constants, readdirSync, statfsSync } from "node:fs";
import { join } from "node:path";

/** Something that a disk refuses while the records on it may be whole, in words, and what to do about it. */
export type DiskTrouble = { readonly why: string; readonly remedy: string };

const ROOM = "make room: nothing of this was written, and what was answered is kept";
const FULL = { why: "its disk is full", remedy: ROOM };
const QUOTA = { why: "your share of its disk is used up", remedy: ROOM };
const READ_ONLY = { why: "its disk is read-only", remedy: "make that writable, or copy the folder to another disk" };
const NO_RIGHT = {
  why: "this process may not read and write there",
  remedy: "let the user of this process do so, or choose another folder",
};
const FAILED = {
  why: "its disk failed",
  remedy: "look at the disk, as the system's log tells of it: nothing says that the records are damaged",
};
const TOO_MANY = { why: "too many files are open", remedy: "let this process open more (ulimit -n), or end others" };

export const wantsRoom = ({ remedy }: DiskTrouble): boolean => remedy === ROOM;

/** By the code of the file system. */
const BY_CODE: ReadonlyMap<unknown, DiskTrouble> = new Map([
  ["ENOSPC", FULL],
  ["EDQUOT", QUOTA],
  ["EROFS", READ_ONLY],
  ["EACCES", NO_RIGHT],
  ["EPERM", NO_RIGHT],
  ["EIO", FAILED],
  ["ENXIO", FAILED],
  ["ENODEV", FAILED],
  ["ESTALE", FAILED],
  ["ETIMEDOUT", FAILED],
  ["EMFILE", TOO_MANY],
  ["ENFILE", TOO_MANY],
]);

/** By SQLite's number, of which the lower eight bits say the kind (https://sqlite.org/rescode.html). */
export const kindOf = (error: unknown): number =>
  error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
const [DENIED, READONLY, IO_ERROR, DISK_FULL, CANNOT_OPEN] = [3, 8, 10, 13, 14];

/** Of an I/O error's kinds, those that say that what was read is not what was written: short, or by a sum that does not fit. */
const DAMAGE = [522, 8202, 8458];

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);

/**
 * The trouble with the disk that an error in `folder` tells of; undefined where it tells of something else. SQLite and
 * LevelDB say that the system refused them, and not with which word: what they are refused the folder is asked for.
 */
export const diskTrouble = (error: unknown, folder: string): DiskTrouble | undefined => {
  const known = BY_CODE.get(codeOf(error));
  if (known !== undefined) return known;
  if (codeOf(error) === "LEVEL_IO_ERROR") return asked(folder) ?? FAILED;
  if (error instanceof Error && "errcode" in error && DAMAGE.includes(Number(error.errcode))) return undefined;
  switch (kindOf(error)) {
    case DISK_FULL:
      return FULL;
    case IO_ERROR:
      return asked(folder) ?? FAILED;
    case READONLY:
      return refusedIn(folder) ?? NO_RIGHT;
    case DENIED:
    case CANNOT_OPEN:
      return asked(folder);
    default:
      return undefined;
  }
};

/** The disk is asked for what it refuses now. */
const asked = (folder: string): DiskTrouble | undefined => refusedIn(folder) ?? (isFull(folder) ? FULL : undefined);

/** A share that is used up does not show here. A file system that does not count its files says 0 of them. */
const isFull = (folder: string): boolean => {
  try {
    const { blocks, bavail, files, ffree } = statfsSync(folder);
    return (blocks > 0 && bavail === 0) || (files > 0 && ffree === 0);
  } catch {
    return false;
  }
};

/** How the files begin that are ours in a folder. */
const OURS = /^(?:buddy\.sqlite|database\.|leveldb)/;

/** The folder, or a file in it, such as one that another user's server made. */
const refusedIn = (folder: string): DiskTrouble | undefined => {
  try {
    const files = readdirSync(folder).filter((name) => OURS.test(name));
    for (const path of [folder, ...files.map((name) => join(folder, name))]) {
      accessSync(path, constants.R_OK | constants.W_OK);
    }
    return undefined;
  } catch (error) {
    return BY_CODE.get(codeOf(error));
  }
};
