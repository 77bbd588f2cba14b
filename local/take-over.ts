import { join } from "node:path";
import { mustBeOfBefore, type TakenOver, takeOver } from "./database/take-over.ts";
import { privateFolder } from "./private-folder.ts";

/**
 * Takes over a data folder of an earlier version, once: its database. Everything else in it is read as it was. `tell` is
 * told how far it has come.
 * @throws FolderInUse, TakeOverRefused, DataFolderUnusable, DatabaseUnusable
 */
export const takeOverData = async (data_dir: string, tell: (line: string) => void): Promise<TakenOver> => {
  const folder = join(data_dir, "database");
  await mustBeOfBefore(folder);
  await privateFolder(data_dir);
  return takeOver(folder, tell);
};
