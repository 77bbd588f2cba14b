import { Surprise } from "../../shared/plan/surprise.ts";
import { type DiskTrouble, diskTrouble, kindOf } from "./disk-trouble.ts";

/** The files of the database cannot be read, or written: the disk is full or read-only, or they are damaged. */
export class DatabaseUnusable extends Surprise {
  override readonly name = "DatabaseUnusable";
  override readonly for_callers: string;
  override readonly for_log: string;
  constructor(folder: string, happened: "cannot be opened" | "failed", cause: unknown) {
    const { why, remedy } = reasonOf(cause, folder);
    super(`the database in ${folder} ${happened}: ${why}; ${remedy}`, { cause });
    this.for_callers = `the database ${happened}: ${why}; ${remedy}`;
    this.for_log = this.for_callers;
  }
}

/** A file of SQLite was read through, and is not what SQLite wrote. */
export class NotWhole extends Surprise {
  override readonly name = "NotWhole";
  constructor(found: string) {
    super(`its file is damaged: ${found}`);
  }
}

/** The server is being stopped, and takes nothing more. */
export class DatabaseClosed extends Surprise {
  override readonly name = "DatabaseClosed";
  constructor() {
    super("the database is closed");
  }
}

const RESTORE = "put it back from a backup, or choose another folder";

/** By the kind that SQLite gives, where the disk is not at fault. */
const REASONS: Readonly<Record<number, DiskTrouble>> = {
  5: { why: "another program has locked it", remedy: "end that program" },
  11: { why: "its file is damaged", remedy: RESTORE },
  26: { why: "its file is none of a database", remedy: RESTORE },
};

/** A disk that refuses is never told as records that are damaged: an older copy would be put in the place of good ones. */
const reasonOf = (cause: unknown, folder: string): DiskTrouble => {
  const first = deepest(cause);
  const known = diskTrouble(first, folder) ?? REASONS[kindOf(first)];
  if (known !== undefined) return known;
  return { why: first instanceof Error ? first.message : String(first), remedy: RESTORE };
};

/** Of an error that was made of another, that one says what happened. */
const deepest = (cause: unknown): unknown =>
  cause instanceof Error && cause.cause instanceof Error ? deepest(cause.cause) : cause;
