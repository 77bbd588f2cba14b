import { mkdtemp, readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolder } from "../functions/adapters/files/make-folder.ts";
import { isThere } from "./database/database.ts";
import { type HeldFile, hold } from "./database/held-file.ts";

/** A folder that is to become another once it is whole: of several that are made at once, each has its own. */
export type UnfinishedCopy = {
  readonly folder: string;
  /** Removes what is left of it: nothing, where it has its name by now. */
  end(): Promise<void>;
};

/**
 * Begins a copy beside `target`, and removes those that a death left there. While a copy goes on, its process holds a
 * file beside it: who can hold that knows that nobody writes there any more.
 * @returns undefined where another copy to `target` is under way
 */
export const beginCopy = async (target: string): Promise<UnfinishedCopy | undefined> => {
  await makeFolder(dirname(target));
  for (const folder of await leftBeside(target)) {
    const left = hold(heldBy(folder));
    if (left === undefined) return undefined;
    await remove(folder, left);
  }
  const folder = await mkdtemp(`${target}${UNFINISHED}-`);
  const held = await heldOrRemoved(folder);
  // Another that began took it for one that a death left, in the moment before it was held.
  if (held === undefined) return undefined;
  const end = () => remove(folder, held);
  if (await isThere(folder)) return { folder, end };
  await end();
  return undefined;
};

/** A copy whose place nobody can hold is removed at once: nobody would know later whether one goes on there. */
const heldOrRemoved = async (folder: string): Promise<HeldFile | undefined> => {
  try {
    return hold(heldBy(folder));
  } catch (error) {
    for (const path of [folder, heldBy(folder)]) await rm(path, { recursive: true, force: true });
    throw error;
  }
};

const UNFINISHED = ".unfinished";

const heldBy = (folder: string): string => `${folder}.held`;

const remove = async (folder: string, held: HeldFile): Promise<void> => {
  try {
    await rm(folder, { recursive: true, force: true });
  } finally {
    held.letGo();
  }
  await rm(heldBy(folder), { force: true });
};

/** Versions before had one name for all copies to a target. */
const leftBeside = async (target: string): Promise<readonly string[]> => {
  const [parent, begins] = [dirname(target), `${basename(target)}${UNFINISHED}`];
  const names = (await readdir(parent)).filter(
    (name) => name.startsWith(begins) && /^(?:-[A-Za-z0-9]{6})?(?:\.held)?$/.test(name.slice(begins.length)),
  );
  return [...new Set(names.map((name) => join(parent, name.replace(/\.held$/, ""))))];
};
