import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ConsoleFile } from "../functions/api/console/console-file.ts";
import { storedFiles } from "../functions/api/console/stored-files.ts";

/** Beside the function that serves it in a deployment: the package brings that function bundled, and no sources. */
const folder = fileURLToPath(new URL("../handlers/Console/console", import.meta.url));

/** The console as it was bundled into the packed package, or undefined among the sources. */
export const packedConsole = async (): Promise<ConsoleFile[] | undefined> =>
  existsSync(folder) ? storedFiles(folder) : undefined;
