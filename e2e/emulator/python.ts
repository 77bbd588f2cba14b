import { execFile } from "node:child_process";
import { access, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The emulator, and what it needs to verify tokens and to sign. One version: emulators differ from release to release. */
const PACKAGES = ["ministack==1.5.33", "cryptography==50.0.2"];

/** Something that this machine does not have, without which nothing can be said about the deployment. */
export class Missing extends Error {
  constructor(what: string, remedy: string, cause?: unknown) {
    super(`${what}\n${remedy}`, { cause });
    this.name = "Missing";
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

/**
 * A virtual environment with the emulator, made at the first run in a folder that names what is in it.
 * @returns the path of the emulator's program
 * @throws Missing where there is no Python, or no package registry to install from
 */
export const emulatorProgram = async (folder: string): Promise<string> => {
  const home = join(folder, PACKAGES.join("+"));
  const program = join(home, "bin", "ministack");
  if (await exists(program)) return program;
  try {
    await run("python3", ["-m", "venv", home], { timeout: 60_000 });
    const install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES];
    await run(join(home, "bin", "python"), install, { timeout: 300_000 });
    return program;
  } catch (error) {
    // Half an environment would be taken for a whole one at the next run.
    await rm(home, { recursive: true, force: true });
    throw missing(error);
  }
};

const missing = (error: unknown): Missing => {
  const why = error instanceof Error ? error.message.slice(-600) : String(error);
  return new Missing(
    `The emulator ${PACKAGES[0]} cannot be installed: ${why}`,
    "It needs Python 3.10 or newer as `python3`, with venv and pip, and a package registry that pip can reach.",
    error,
  );
};
