import { randomUUID } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolder } from "./make-folder.ts";

/** How names end that are not there yet: a file of that name is never listed. */
export const TEMPORARY = ".tmp~";

/**
 * Writes beside the file and renames: a reader, or a start after kill -9, sees the old content or the new, never half
 * of it. Power failure is another matter: that would take an fsync per file.
 */
export const writeAtomically = (path: string, content: string): Promise<void> =>
  writeBeside(path, content, `${path}.${randomUUID()}${TEMPORARY}`, "wx");

/** The same where no other write of this file is under way: what a death left half written is written over. */
export const writeAlone = (path: string, content: string): Promise<void> =>
  writeBeside(path, content, `${path}${TEMPORARY}`, "w");

const writeBeside = async (path: string, content: string, temporary: string, flag: "w" | "wx"): Promise<void> => {
  const write = () => writeFile(temporary, content, { flag });
  try {
    // The folder is there for all but the first of its files.
    await write().catch(async (error: unknown) => {
      if (!isAbsence(error)) throw error;
      await makeFolder(dirname(path));
      await write();
    });
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/**
 * Makes a file for its owner alone where there is none, whole or not at all: of several that make it at once one does,
 * and all read what it wrote. A name that was given to the file before it was written would show others half of it.
 */
export const makeOnce = async (path: string, content: string): Promise<void> => {
  const temporary = `${path}.${randomUUID()}${TEMPORARY}`;
  try {
    await writeFile(temporary, content, { flag: "wx", mode: 0o600, flush: true });
    await link(temporary, path);
  } catch (error) {
    if (!hasCode(error, "EEXIST")) throw error;
  } finally {
    await rm(temporary, { force: true });
  }
};

/** @returns undefined when there is no such file. */
export const readIfThere = (path: string): Promise<string | undefined> => ifThere(readFile(path, "utf8"));

/** @returns undefined when what was asked for is not there. */
export const ifThere = async <Found>(asked: Promise<Found>): Promise<Found | undefined> => {
  try {
    return await asked;
  } catch (error) {
    if (isAbsence(error)) return undefined;
    throw error;
  }
};

const isAbsence = (error: unknown): boolean => hasCode(error, "ENOENT");

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && "code" in error && error.code === code;
