import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { ConsoleFile } from "../functions/api/console/console-file.ts";

const folder = fileURLToPath(new URL("../console-files", import.meta.url));

/** Lies beside the console's files in a packed package, and says what each is. */
export const CONSOLE_LIST = "list.json";
export const consoleList = z.array(z.strictObject({ name: z.string(), content_type: z.string() }));

/** The console as it was bundled into the packed package, or undefined among the sources. @throws where a file is missing */
export const packedConsole = async (): Promise<ConsoleFile[] | undefined> => {
  if (!existsSync(folder)) return undefined;
  const list = consoleList.parse(JSON.parse(await readFile(join(folder, CONSOLE_LIST), "utf8")));
  return Promise.all(
    list.map(async (file) => ({ ...file, content: new Uint8Array(await readFile(join(folder, file.name))) })),
  );
};
