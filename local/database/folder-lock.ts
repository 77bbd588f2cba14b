import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { Surprise } from "../../shared/plan/surprise.ts";

/** Another process works on the folder. The database is one process's at a time. */
export class FolderInUse extends Surprise {
  override readonly name = "FolderInUse";
  constructor(folder: string, pid: number) {
    super(`the database in ${folder} is in use by process ${pid}: stop that process first, or choose another folder`);
  }
}

/** `started` tells a process from a later one that was given the same pid; null where the system does not say. */
const holder = z.object({ pid: z.number().int(), started: z.string().nullable() });
type Holder = z.infer<typeof holder>;

/** Folders that this process has open: its own pid in a lock file may also be left from a life before. */
const mine = new Set<string>();

export type FolderLock = {
  /** The last process did not give the folder back: it was killed, or the machine went down. */
  readonly afterCrash: boolean;
  /** Gives the folder back. */
  unlock(): Promise<void>;
};

/** Takes the folder for this process. A lock left by a process that was killed is taken over. @throws FolderInUse */
export const lockFolder = async (folder: string): Promise<FolderLock> => {
  const path = join(folder, "database.lock");
  await mkdir(folder, { recursive: true });
  const own: Holder = { pid: process.pid, started: await startOf(process.pid) };
  let afterCrash = false;
  for (;;) {
    if (await createdWith(path, JSON.stringify(own))) break;
    const other = await holderIn(path);
    if (other !== undefined && (await isRunning(other, path))) throw new FolderInUse(folder, other.pid);
    afterCrash = true;
    await rm(path, { force: true });
  }
  mine.add(path);
  return {
    afterCrash,
    unlock: async () => {
      mine.delete(path);
      await rm(path, { force: true });
    },
  };
};

const createdWith = async (path: string, content: string): Promise<boolean> => {
  try {
    await writeFile(path, content, { flag: "wx" });
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
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

const isRunning = async ({ pid, started }: Holder, path: string): Promise<boolean> => {
  if (pid === process.pid) return mine.has(path);
  if (!isAlive(pid)) return false;
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
