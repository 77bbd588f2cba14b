import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

/** A file that this process holds, and no other, until it lets go or ends in any way. */
export type HeldFile = { letGo(): void };

/**
 * Holds a file by the operating system's lock, which ends with its process: nobody has to guess whether a lock that was
 * left behind may be taken over, which two could do at once. It is SQLite's lock on an empty file, which stays where it
 * is; Node itself has no word for one.
 * @returns undefined where it is held, by this process or another @throws what the file system refuses
 */
export const hold = (path: string): HeldFile | undefined => {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    file.exec("BEGIN EXCLUSIVE");
    return { letGo: () => file.close() };
  } catch (error) {
    file.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
};

const PAUSE_MS = 20;

/** Does the work while it holds the file. @returns undefined where others held it for all of `wait_ms` */
export const holding = async <Value>(
  path: string,
  wait_ms: number,
  work: () => Promise<Value>,
): Promise<{ readonly value: Value } | undefined> => {
  for (let waited = 0; ; waited += PAUSE_MS) {
    const held = hold(path);
    if (held !== undefined) {
      try {
        return { value: await work() };
      } finally {
        held.letGo();
      }
    }
    if (waited >= wait_ms) return undefined;
    await pause(PAUSE_MS);
  }
};

/** The lower eight bits say the kind: 5 is SQLITE_BUSY (https://sqlite.org/rescode.html). */
const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === 5;
