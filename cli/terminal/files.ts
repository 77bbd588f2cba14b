import { readdir, readFile, stat } from "node:fs/promises";
import { CliError } from "../client/problem.ts";
import { EXIT } from "../exit-codes.ts";

const nothingWhereMissing = (error: NodeJS.ErrnoException): undefined => {
  if (error.code !== "ENOENT" && error.code !== "ENOTDIR") throw error;
};

const noFile = (path: string, what: string): CliError =>
  new CliError(`${path} is ${what}, and was not read`, EXIT.usage);

export const readBytes = (path: string): Promise<Uint8Array | undefined> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "EISDIR") throw noFile(path, "a folder");
    return nothingWhereMissing(error);
  });

/** A pipe that nobody writes to would be read for ever. */
export const readSaved = async (path: string): Promise<Uint8Array | undefined> => {
  const found = await stat(path).catch(nothingWhereMissing);
  if (found !== undefined && !found.isFile() && !found.isDirectory()) throw noFile(path, "no file");
  return readBytes(path);
};

export const isFile = async (path: string): Promise<boolean> =>
  (await stat(path).catch(nothingWhereMissing))?.isFile() ?? false;

export const readFolder = (path: string): Promise<readonly string[] | undefined> =>
  readdir(path).catch(nothingWhereMissing);
