import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** The folder of the project, without a slash at its end. */
export const projectFolder = fileURLToPath(new URL("..", import.meta.url)).replace(/[\\/]$/, "");

export type ProjectFile = { readonly path: string; readonly text: string };

/** Paths of the files that belong to the project: what git has or would take, from the project's folder. */
export const projectPaths = async (): Promise<string[]> => {
  const args = ["ls-files", "--cached", "--others", "--exclude-standard", "-z"];
  const { stdout } = await run("git", args, { cwd: projectFolder, maxBuffer: 2 ** 26 });
  return [...new Set(stdout.split("\0"))].filter((path) => path !== "").sort();
};

/** A path that is no file: it was deleted, but not from git yet, or links to a folder of packages that two checkouts share. */
const NO_FILE = new Set(["ENOENT", "EISDIR"]);

/** The files among `paths` with their text. */
export const readFiles = async (paths: readonly string[]): Promise<ProjectFile[]> => {
  const files = await Promise.all(
    paths.map(async (path) => {
      try {
        return [{ path, text: await readFile(join(projectFolder, path), "utf8") }];
      } catch (error) {
        if (error instanceof Error && "code" in error && NO_FILE.has(String(error.code))) return [];
        throw error;
      }
    }),
  );
  return files.flat();
};
