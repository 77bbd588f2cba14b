import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { type ConsoleFile, consoleFile } from "./console-file.ts";

/** The console's files, which a bundle or the package has in a folder. @throws where there is no such folder */
export const storedFiles = async (folder: string): Promise<ConsoleFile[]> => {
  const names = await readdir(folder);
  return Promise.all(names.map(async (name) => consoleFile(name, await readFile(join(folder, name)))));
};
