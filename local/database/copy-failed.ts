import { dirname } from "node:path";
import { Surprise } from "../../shared/plan/surprise.ts";
import { whyNotMade } from "../../shared/shown/file-refusals.ts";
import { diskTrouble, wantsRoom } from "./disk-trouble.ts";
import { DatabaseUnusable, NotWhole } from "./failures.ts";

/** The copy could not be written: what it was to be a copy of is not at fault, and is as it was. */
export class CopyFailed extends Surprise {
  override readonly name = "CopyFailed";
  constructor(target: string, cause: Error) {
    super(`the copy in ${target} failed: ${whyOf(cause, dirname(target))}`, { cause });
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

const whyOf = (error: Error, beside: string): string => {
  if (error instanceof DatabaseUnusable && error.cause instanceof Error) return whyOf(error.cause, beside);
  const trouble = diskTrouble(error, beside);
  const room = trouble !== undefined && wantsRoom(trouble) ? "make room there, or " : "";
  return `${trouble?.why ?? whyNotMade(error) ?? error.message}; ${room}${ELSEWHERE}`;
};
