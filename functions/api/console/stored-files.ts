import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type ConsoleFile, consoleFile, ENCODINGS } from "./console-file.ts";

/** A compressed form stands beside its file, under its name with this behind it. */
const endOf = (encoding: string): string => `.${encoding}`;

/** The console's files, which a bundle or the package has in a folder. @throws where there is no such folder */
export const storedFiles = async (folder: string): Promise<ConsoleFile[]> => {
  const names = new Set(await readdir(folder));
  const read = async (name: string) => new Uint8Array(await readFile(join(folder, name)));
  const isForm = (name: string): boolean => ENCODINGS.some((each) => name.endsWith(endOf(each)));
  return Promise.all(
    [...names]
      .filter((name) => !isForm(name))
      .map(async (name) => {
        const forms = ENCODINGS.filter((each) => names.has(name + endOf(each)));
        const encoded = await Promise.all(forms.map(async (each) => [each, await read(name + endOf(each))] as const));
        return consoleFile(name, await read(name), Object.fromEntries(encoded));
      }),
  );
};

/** Writes files into a folder, for `storedFiles` to read. */
export const storeFiles = async (folder: string, files: readonly ConsoleFile[]): Promise<void> => {
  await mkdir(folder, { recursive: true });
  for (const { name, content, encoded } of files) {
    await writeFile(join(folder, name), content);
    for (const each of ENCODINGS) {
      const form = encoded[each];
      if (form !== undefined) await writeFile(join(folder, name + endOf(each)), form);
    }
  }
};
