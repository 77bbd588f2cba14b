import { Surprise } from "../../shared/plan/surprise.ts";

/** The files of the database cannot be read, or written: the disk is full or read-only, or they are damaged. */
export class DatabaseUnusable extends Surprise {
  override readonly name = "DatabaseUnusable";
  override readonly for_callers: string;
  constructor(folder: string, happened: "cannot be opened" | "failed", cause: unknown) {
    const { why, remedy } = reasonOf(cause);
    super(`the database in ${folder} ${happened}: ${why}; ${remedy}`, { cause });
    this.for_callers = `the database ${happened}: ${why}; ${remedy}`;
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

type Reason = { readonly why: string; readonly remedy: string };

const RESTORE = "put it back from a backup, or choose another folder";

/** By the number that SQLite gives; the lower eight bits say the kind (https://sqlite.org/rescode.html). */
const REASONS: Readonly<Record<number, Reason>> = {
  5: { why: "another program has locked it", remedy: "end that program" },
  8: { why: "it is read-only", remedy: "let the user of this process write there, or choose another folder" },
  11: { why: "its file is damaged", remedy: RESTORE },
  13: { why: "its disk is full", remedy: "make room: nothing of this was written, and what was answered is kept" },
  26: { why: "its file is none of a database", remedy: RESTORE },
};

const reasonOf = (cause: unknown): Reason => {
  const known = REASONS[codeOf(cause) & 0xff];
  if (known !== undefined) return known;
  return { why: deepest(cause), remedy: RESTORE };
};

/** Of an error that was made of another, that one says what happened. */
const deepest = (cause: unknown): string => {
  if (!(cause instanceof Error)) return String(cause);
  return cause.cause instanceof Error ? deepest(cause.cause) : cause.message;
};

const codeOf = (cause: unknown): number =>
  cause instanceof Error && "errcode" in cause && typeof cause.errcode === "number" ? cause.errcode : 0;
