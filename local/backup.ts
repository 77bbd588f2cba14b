import { cp, lstat, mkdir, realpath, rename } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { ifThere, TEMPORARY } from "../functions/adapters/files/write-atomically.ts";
import { tablePorts } from "../functions/adapters/table/index.ts";
import { recordOperator } from "../functions/api/act/record-operator.ts";
import { recordPendingStops } from "../functions/records/pending-stops.ts";
import { lockId } from "../shared/execution/lock/lock.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import { ontoCopy } from "./database/copy-failed.ts";
import { isThere, startDatabase } from "./database/database.ts";
import { snapshot } from "./database/snapshot.ts";
import { hasExecutions } from "./has-executions.ts";
import { OWN, privateFolder } from "./private-folder.ts";
import { mustHoldSigner, SigningKeyGone } from "./signing-key.ts";
import { KeyDamaged, mustHoldToken } from "./tokens.ts";
import { beginCopy } from "./unfinished-copy.ts";

/** There is nothing to copy, no place to copy it to, or the copy could not be started. */
export class BackupRefused extends Surprise {
  override readonly name = "BackupRefused";
}

/** All but the database, which is copied at one moment, before what its records name. */
const FILES = [...OWN.filter((name) => name !== "database"), "secrets.json"];

const LOCKED_BY = "buddy backup";

/**
 * Copies a data folder, while a server runs on it or not, into `target`, which comes to be when it is whole. Files that
 * records name are written before them and never change, so what is copied after the records is all they need.
 *
 * The copy knows nothing of the calls that are made after it: started with executions under way it would make them again.
 * So it begins under a lock on everything, which a person lifts who has looked.
 * @throws BackupRefused, TakeOverNeeded, DatabaseUnusable, DataFolderUnusable, CopyFailed
 */
export const backUp = async (data_dir: string, target: string, now: Date): Promise<void> => {
  await mustFit(data_dir, target);
  const copy = await ontoCopy(target, () => beginCopy(resolve(target)));
  if (copy === undefined) throw new BackupRefused(`another backup to ${target} is under way: wait until it has ended`);
  try {
    await privateFolder(copy.folder);
    const database = join(copy.folder, "database");
    await ontoCopy(target, () => mkdir(database));
    if (!(await snapshot(join(data_dir, "database"), database, target))) {
      throw new BackupRefused(`there is no data in ${data_dir}: say where it is with --data`);
    }
    await ontoCopy(target, async () => {
      for (const name of FILES) await copyIfThere(join(data_dir, name), join(copy.folder, name));
      await finish(copy.folder, data_dir, now.toISOString());
    });
    // Where another came to be meanwhile, that one stays.
    await ontoCopy(target, () => rename(copy.folder, target)).catch(async (error: unknown) => {
      await mustFit(data_dir, target);
      throw error;
    });
  } finally {
    await copy.end();
  }
};

const mustFit = async (data_dir: string, target: string): Promise<void> => {
  // A link that leads nowhere has the name, too.
  if ((await ontoCopy(target, () => ifThere(lstat(target)))) !== undefined) {
    throw new BackupRefused(`${target} is there already: name a folder that is not`);
  }
  const [data, place] = await ontoCopy(target, () => Promise.all([placeOf(data_dir), placeOf(target)]));
  const way = relative(data, place);
  if (way.split(sep)[0] !== ".." && !isAbsolute(way)) {
    throw new BackupRefused(`${target} is in the data folder itself: name one elsewhere`);
  }
};

/** Where a name leads, through all links of it: its last parts need not be there. */
const placeOf = async (path: string): Promise<string> => {
  const found = await ifThere(realpath(path));
  const parent = dirname(resolve(path));
  return found ?? (parent === resolve(path) ? parent : join(await placeOf(parent), basename(resolve(path))));
};

/** A file that is being written has another name until it is there. */
const copyIfThere = async (from: string, to: string): Promise<void> => {
  if (!(await isThere(from))) return;
  await cp(from, to, { recursive: true, preserveTimestamps: true, filter: (path) => !path.endsWith(TEMPORARY) });
};

/** Looks whether the copy could be started, and locks it. @throws BackupRefused */
const finish = async (copy: string, data_dir: string, at: string): Promise<void> => {
  const database = await startDatabase(join(copy, "database"), "was there");
  try {
    const ports = tablePorts(database.table);
    await mustStart(copy, data_dir, ports);
    await lockEverything(ports, at);
  } finally {
    await database.stop();
  }
};

type Ports = ReturnType<typeof tablePorts>;

/**
 * A server goes on with keys that it has read, whatever became of their files: that they are not in its backups would show
 * when one is needed, and nobody has them any more.
 */
const mustStart = async (copy: string, data_dir: string, ports: Ports): Promise<void> => {
  try {
    await mustHoldToken(copy, data_dir);
    await mustHoldSigner(join(copy, "keys"), () => hasExecutions(ports), join(data_dir, "keys"));
  } catch (error) {
    if (!(error instanceof KeyDamaged || error instanceof SigningKeyGone)) throw error;
    throw new BackupRefused(`no backup is made, for it could not be started: ${error.message}`, { cause: error });
  }
};

const lockEverything = async ({ locks, auditLog, pendingStops }: Ports, at: string): Promise<void> => {
  const scope = { kind: "everything" } as const;
  const lock_id = lockId(scope);
  const reason = `a backup of ${at}: calls made since are not on record here`;
  const standing = (await locks.all()).find((lock) => lock.lock_id === lock_id);
  const lock = { lock_id, scope, mode: "freeze_all", reason, locked_by: LOCKED_BY, locked_at: at } as const;
  await locks.place(lock, standing);
  await recordPendingStops({ auditLog, pendingStops });
  await recordOperator({ auditLog }, LOCKED_BY, at, "locked", {
    lock_id,
    mode: lock.mode,
    reason,
    can_still_run: [],
  });
};
