import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";
import { Surprise } from "../../shared/plan/surprise.ts";
import { kindOf } from "./disk-trouble.ts";

/** The file that is held has something in it, which no process of ours wrote: what it stands beside is not at fault. */
export class HeldFileUnusable extends Surprise {
  override readonly name = "HeldFileUnusable";
  constructor(path: string, cause: unknown) {
    super(`${path} should be empty, as who holds it is all that it tells: end what works here, and remove that file`, {
      cause,
    });
  }
}

/** A file that this process holds, and no other, until it lets go or ends in any way. */
export type HeldFile = { letGo(): void };

/**
 * Holds a file by the operating system's lock, which ends with its process: nobody has to guess whether a lock that was
 * left behind may be taken over, which two could do at once. It is SQLite's lock on an empty file, which stays where it
 * is; Node itself has no word for one.
 * @returns undefined where it is held, by this process or another @throws HeldFileUnusable, what the file system refuses
 */
export const hold = (path: string): HeldFile | undefined => {
  const file = new DatabaseSync(path, { timeout: 0 });
  try {
    // It is never written, and would have a journal of its own all the same: on a full disk nothing could be held.
    file.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    return { letGo: () => file.close() };
  } catch (error) {
    file.close();
    const kind = kindOf(error);
    if (kind === BUSY) return undefined;
    throw kind === NO_DATABASE || kind === DAMAGED ? new HeldFileUnusable(path, error) : error;
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

const [BUSY, DAMAGED, NO_DATABASE] = [5, 11, 26];
