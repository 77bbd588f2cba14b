import { Surprise } from "../../shared/plan/surprise.ts";
import { whyNotMade } from "../../shared/shown/file-refusals.ts";
import { DatabaseUnusable, NotWhole } from "./failures.ts";

/** The copy could not be written: what it was to be a copy of is not at fault, and is as it was. */
export class CopyFailed extends Surprise {
  override readonly name = "CopyFailed";
  constructor(target: string, cause: Error) {
    super(`the copy in ${target} failed: ${whyOf(cause)}`, { cause });
  }
}

/** Does what writes the copy. @throws CopyFailed where the machine refuses it, and whatever else happens as it is */
export const ontoCopy = async <Value>(target: string, write: () => Promise<Value>): Promise<Value> => {
  try {
    return await write();
  } catch (error) {
    throw asCopyFailed(target, error);
  }
};

export const asCopyFailed = (target: string, error: unknown): unknown =>
  isRefusal(error) ? new CopyFailed(target, error) : error;

/** Of the file system, of SQLite, or of the database that the copy has. */
const isRefusal = (error: unknown): error is Error => {
  if (error instanceof DatabaseUnusable || error instanceof NotWhole) return true;
  return error instanceof Error && ("syscall" in error || "errcode" in error);
};

const ELSEWHERE = "name a folder elsewhere";
const FULL = `its disk is full; make room there, or ${ELSEWHERE}`;
const READ_ONLY = `its disk is read-only; ${ELSEWHERE}`;

/** By the code of the file system, and by SQLite's kind, of which the lower eight bits say which. */
const KNOWN: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  ["ENOSPC", FULL],
  ["EDQUOT", FULL],
  ["EROFS", READ_ONLY],
  [13, FULL],
  [8, READ_ONLY],
]);

const whyOf = (error: Error): string => {
  if (error instanceof DatabaseUnusable && error.cause instanceof Error) return whyOf(error.cause);
  const code = "errcode" in error ? Number(error.errcode) & 0xff : "code" in error ? error.code : undefined;
  return KNOWN.get(code) ?? `${whyNotMade(error) ?? error.message}; ${ELSEWHERE}`;
};
