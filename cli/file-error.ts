import { CliError } from "./client/problem.ts";
import { EXIT } from "./exit-codes.ts";

/**
 * Codes with which a machine refuses a file or folder that somebody named, and what is missing. A file that is not there
 * is not among them: a command that was given its name says so itself.
 */
const REFUSED: Readonly<Record<string, string>> = {
  EACCES: "you have no right to it",
  EPERM: "you have no right to it",
  EROFS: "it is on a disk that is read only",
  ENOSPC: "the disk is full",
  EDQUOT: "your share of the disk is used up",
  ENOTDIR: "a part of the name is a file, not a folder",
  EISDIR: "it is a folder",
  ENAMETOOLONG: "the name is too long",
  ELOOP: "its links lead in a circle",
  EIO: "the disk failed",
};

/** The words about a file that the machine refuses; undefined where that is not what happened. */
export const asFileError = (error: unknown): CliError | undefined => {
  if (!(error instanceof Error) || !("code" in error) || !("path" in error)) return undefined;
  const { code, path } = error;
  const why = typeof code === "string" ? REFUSED[code] : undefined;
  return why === undefined || typeof path !== "string"
    ? undefined
    : new CliError(`${path} cannot be used: ${why}`, EXIT.usage, { remedy: "name another", cause: error });
};
