import { resolve, sep } from "node:path";
import { TEMPORARY } from "../functions/adapters/files/write-atomically.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import { whyNotMade } from "../shared/shown/file-refusals.ts";
import { diskTrouble } from "./database/disk-trouble.ts";

/** A file beside the database cannot be read or written: the disk refuses it, or something else has its name. */
export class FilesRefused extends Surprise {
  override readonly name = "FilesRefused";
  override readonly for_callers: string;
  override readonly for_log: string;
  constructor(folder: string, why: string, remedy: string, path: string | undefined, cause: Error) {
    const which = path === undefined ? "" : ` (${path})`;
    super(`the data folder ${folder} cannot be served: ${why}${which}; ${remedy}`, { cause });
    this.for_callers = `the data folder cannot be written: ${why}; ${remedy}`;
    this.for_log = this.for_callers;
  }
}

/**
 * Does work on the files of a data folder. `elsewhere`: where else such files are.
 * @throws FilesRefused where the machine refuses one, and whatever else happens as it is
 */
export const onFiles = async <Value>(
  folder: string,
  elsewhere: readonly string[],
  work: () => Promise<Value>,
): Promise<Value> => {
  try {
    return await work();
  } catch (error) {
    throw asFilesRefused(folder, elsewhere, error);
  }
};

const asFilesRefused = (folder: string, elsewhere: readonly string[], error: unknown): unknown => {
  if (!(error instanceof Error) || !("syscall" in error)) return error;
  const path = "path" in error && typeof error.path === "string" ? error.path : undefined;
  // A file of the program itself, say, is no matter of the folder. A disk that gets full while it is written names none.
  if (path !== undefined && ![folder, ...elsewhere].some((each) => isIn(each, path))) return error;
  const named = path?.replace(new RegExp(`\\.[0-9a-f-]{36}${TEMPORARY}$`), "");
  const trouble = diskTrouble(error, folder);
  if (trouble !== undefined) return new FilesRefused(folder, trouble.why, trouble.remedy, named, error);
  const why = whyNotMade(error);
  return why === undefined ? error : new FilesRefused(folder, why, "put right what has that name", named, error);
};

const isIn = (folder: string, path: string): boolean => `${resolve(path)}${sep}`.startsWith(`${resolve(folder)}${sep}`);
