import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { makeFolder } from "../../functions/adapters/files/make-folder.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import { hold } from "./held-file.ts";

/** Another process works on the folder. The database is one process's at a time. */
export class FolderInUse extends Surprise {
  override readonly name = "FolderInUse";
  /** `pid` is not known of a process that took the folder this moment. */
  constructor(folder: string, pid: number | undefined) {
    const by = pid === undefined ? "another process" : `process ${pid}`;
    super(`the database in ${folder} is in use by ${by}: stop that process first, or choose another folder`);
  }
}

/**
 * `started` tells a process from a later one that was given the same pid; null where the system does not say. `holds`:
 * it holds the file as well, which versions before did not.
 */
const holder = z.object({ pid: z.number().int(), started: z.string().nullable(), holds: z.boolean().default(false) });
type Holder = z.infer<typeof holder>;

export type FolderLock = {
  /** Gives the folder back. */
  unlock(): Promise<void>;
};

/**
 * Takes the folder for this process: who holds `database.held` has it. `database.lock` beside it says to people, and to
 * versions before which know no other, who that is.
 * @throws FolderInUse
 */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  await makeFolder(folder);
  const path = join(folder, "database.lock");
  const held = hold(join(folder, "database.held"));
  if (held === undefined) throw new FolderInUse(folder, (await holderIn(path))?.pid);
  try {
    const other = await holderIn(path);
    if (other !== undefined && (await isRunning(other))) throw new FolderInUse(folder, other.pid);
    const own: Holder = { pid: process.pid, started: await startOf(process.pid), holds: true };
    await writeFile(path, JSON.stringify(own));
  } catch (error) {
    held.letGo();
    throw error;
  }
  return {
    unlock: async () => {
      await rm(path, { force: true });
      held.letGo();
    },
  };
};

/** @returns undefined for a lock that is gone, or that was never written to its end. */
const holderIn = async (path: string): Promise<Holder | undefined> => {
  try {
    return holder.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (error) {
    if (codeOf(error) === "ENOENT" || error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
};

/** Whether a process of a version before has the folder: one of this version would hold the file. */
const isRunning = async ({ pid, started, holds }: Holder): Promise<boolean> => {
  if (holds || pid === process.pid || !isAlive(pid)) return false;
  return started === null || started === (await startOf(pid));
};

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it is there, and somebody else's.
    return codeOf(error) === "EPERM";
  }
};

/** When a process started, in clock ticks since boot: field 22 of /proc/<pid>/stat, 20th after the name. Linux only. */
const startOf = async (pid: number): Promise<string | null> => {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? null;
  } catch {
    return null;
  }
};

const codeOf = (error: unknown): unknown => (error instanceof Error && "code" in error ? error.code : undefined);
