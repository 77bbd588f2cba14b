/**
 * Records a release for the upgrade test: `npm run record-release -- <commit>`, of HEAD unless said. Its own code is
 * checked out beside this one and runs there with its own packages; only the scenes and the harness are today's.
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const project = fileURLToPath(new URL("../..", import.meta.url));
const git = async (...args: string[]): Promise<string> => (await run("git", args, { cwd: project })).stdout.trim();

const commit = await git("rev-parse", "--short=7", `${process.argv[2] ?? "HEAD"}^{commit}`);
const checkout = await mkdtemp(join(tmpdir(), `buddy-${commit}-`));
const samePackages = await git("diff", "--quiet", commit, "--", "package-lock.json").then(
  () => true,
  () => false,
);
try {
  await git("worktree", "add", "--detach", checkout, commit);
  if (samePackages) await symlink(join(project, "node_modules"), join(checkout, "node_modules"), "junction");
  else await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: checkout, shell: process.platform === "win32" });
  for (const folder of ["test/upgrade", "test/harness"]) {
    const fixtures = join(project, "test/upgrade/fixtures");
    const filter = (path: string): boolean => path !== fixtures;
    await cp(join(project, folder), join(checkout, folder), { recursive: true, force: true, filter });
  }
  const fixture = join(project, "test/upgrade/fixtures", commit);
  await rm(fixture, { recursive: true, force: true });
  await run(process.execPath, ["test/upgrade/record.ts", fixture], { cwd: checkout });
  console.log(`recorded release ${commit} in test/upgrade/fixtures/${commit}`);
} finally {
  await git("worktree", "remove", "--force", checkout);
}
