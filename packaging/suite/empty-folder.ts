import { type ExecFileException, execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { repositoryRoot } from "../../infra/handlers.ts";

export type Ended = { readonly code: number; readonly out: string; readonly err: string };

/** A command as a newcomer types it; nothing of the repository is on the path. @returns how it ended, whatever its code */
export const type = (folder: string, command: string, args: readonly string[]): Promise<Ended> => {
  const { PATH = "", ...env } = process.env;
  const path = PATH.split(delimiter).filter((entry) => !entry.startsWith(repositoryRoot));
  return new Promise((done) => {
    execFile(
      command,
      args,
      { cwd: folder, env: { ...env, PATH: path.join(delimiter), NO_COLOR: "1" }, maxBuffer: 64 * 2 ** 20 },
      (error: ExecFileException | null, out, err) =>
        done({ code: error === null ? 0 : typeof error.code === "number" ? error.code : -1, out, err }),
    );
  });
};

const succeed = async (folder: string, command: string, args: readonly string[]): Promise<string> => {
  const { code, out, err } = await type(folder, command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${code}: ${out}${err}`);
  return out;
};

/**
 * A folder that held nothing until the packed package was installed into it, with the packages named beside it.
 * @returns where it is, and the names of the package's files
 */
export const installed = async (
  ...beside: readonly string[]
): Promise<{ readonly folder: string; readonly files: readonly string[]; readonly remove: () => Promise<void> }> => {
  const root = await realpath(await mkdtemp(join(tmpdir(), "buddy-package-")));
  await succeed(repositoryRoot, "npm", ["pack", "--pack-destination", root]);
  const [tarball] = (await readdir(root)).filter((name) => name.endsWith(".tgz"));
  if (tarball === undefined) throw new Error("npm packed nothing");
  const folder = join(root, "app");
  await mkdir(folder);
  await writeFile(join(folder, "package.json"), JSON.stringify({ name: "app", private: true, type: "module" }));
  await succeed(folder, "npm", ["install", "--prefer-offline", join("..", tarball), ...beside]);
  const files = await readdir(join(folder, "node_modules", "buddy"), { recursive: true });
  return { folder, files, remove: () => rm(root, { recursive: true, force: true }) };
};
