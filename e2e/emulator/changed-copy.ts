import { cp, mkdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

const repository = join(import.meta.dirname, "..", "..");
const COPIED = ["infra", "functions", "shared", "bundling", "console", "cdk.json", "package.json", "tsconfig.json"];

/** A change of code that every function has in it but Console, one of Console's page, and one that can be seen over HTTP. */
const CHANGES = [
  { file: "functions/aws/log.ts", from: "persistentKeys: { handler", to: 'persistentKeys: { release: "next", handler' },
  { file: "bundling/console.ts", from: "<title>Buddy</title>", to: "<title>Buddy, next</title>" },
  {
    file: "functions/api/router.ts",
    from: 'c.json({ status: "ok" })',
    to: 'c.json({ status: "ok", release: "next" })',
  },
] as const;

/**
 * The project as it might be after the next change: the same stack, other code in every function.
 * @throws when the sources no longer say what is changed here
 */
export const changedCopy = async (folder: string): Promise<string> => {
  const copy = join(folder, "next");
  await rm(copy, { recursive: true, force: true });
  await mkdir(copy, { recursive: true });
  for (const name of COPIED) await cp(join(repository, name), join(copy, name), { recursive: true });
  await symlink(join(repository, "node_modules"), join(copy, "node_modules"));
  for (const { file, from, to } of CHANGES) {
    const before = await readFile(join(copy, file), "utf8");
    if (!before.includes(from)) throw new Error(`${file} no longer says ${from}`);
    await writeFile(join(copy, file), before.replace(from, to));
  }
  return copy;
};
