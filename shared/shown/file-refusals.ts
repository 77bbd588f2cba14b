/**
 * Codes with which a machine refuses a file or folder that somebody named, and what is missing. A file that is not there
 * is not among them: whoever was given its name says so.
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

/** Of a file that was to be read. */
const NOT_READ: Readonly<Record<string, string>> = { ...REFUSED, ENOENT: "there is no such file" };

/** Of a folder that was to be made. */
const NOT_MADE: Readonly<Record<string, string>> = {
  ...REFUSED,
  EEXIST: "a file, or a link that leads nowhere, has that name",
  ENOENT: "no folder can be made there",
};

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "";

/** The words about a file that the machine refuses; undefined where that is not what happened. */
export const whyRefused = (error: unknown): string | undefined => REFUSED[codeOf(error)];

/** The same about a file that was to be read, also where it is not there. */
export const whyNotRead = (error: unknown): string | undefined => NOT_READ[codeOf(error)];

/** The same about a folder that was to be made. */
export const whyNotMade = (error: unknown): string | undefined => NOT_MADE[codeOf(error)];
