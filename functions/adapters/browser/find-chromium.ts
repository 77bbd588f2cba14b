import { constants } from "node:fs";
import { access } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import type { Chromium } from "./chromium.ts";
import { npmChromium } from "./npm-chromium.ts";

export type WhereToLook = {
  /** The folder that npm's browser is unpacked into, and found in the next time. */
  readonly folder: string;
  /** The path of a browser that is meant and no other. */
  readonly executable?: string | undefined;
};

/** Of Debian, of Google and of other systems' packages. */
const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/**
 * The places where a browser may be, in the order to try them: the one that is named and no other; else the one that the
 * lockfile pins, so that every machine has the same, and then the system's. Each is looked at when it is asked for.
 */
export const placesOfChromium = ({ folder, executable }: WhereToLook): (() => Promise<Result<Chromium, string>>)[] =>
  executable === undefined ? [() => npmChromium(folder), inPath] : [() => named(executable)];

const named = async (executable: string): Promise<Result<Chromium, string>> =>
  (await isProgram(executable))
    ? accept({ executable, environment: {} })
    : refuse(`${executable} is no program that can be started`);

const inPath = async (): Promise<Result<Chromium, string>> => {
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const executable of folders.flatMap((folder) => NAMES.map((name) => join(folder, name)))) {
    if (await isProgram(executable)) return accept({ executable, environment: {} });
  }
  return refuse(`there is no ${NAMES.join(", ")} in PATH (apt-get install chromium)`);
};

const isProgram = (path: string): Promise<boolean> =>
  access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
