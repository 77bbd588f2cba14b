import type { Table } from "../../functions/adapters/table/table.ts";
import type { Bodies } from "../../shared/ports/bodies.ts";
import { databaseBodies } from "./bodies.ts";
import { Commits } from "./commits.ts";
import type { DatabaseFile } from "./file.ts";
import { type GiveWay, givingWay } from "./give-way.ts";
import type { Pace } from "./pace.ts";
import { fileTable } from "./table.ts";

export type FileStores = {
  readonly table: Table;
  readonly bodies: Bodies;
  readonly pace: Pace;
  /** Lets go of all that was kept so as not to read it again. */
  forget(): void;
  /** Refuses what comes from now on, and waits until what was written is on disk. */
  end(): Promise<void>;
};

/** Table and bodies of one file, written in the same transactions. `named` tells errors of SQLite and of the disk in words. */
export const fileStores = (
  file: DatabaseFile,
  named: (error: unknown) => unknown,
  giveWay: GiveWay = givingWay(),
): FileStores => {
  const commits: Commits = new Commits(file, { named, onRollback: () => forget() });
  const { table, pace, forget } = fileTable(file.db, commits, giveWay);
  const bodies = databaseBodies(file.db, commits, pace, giveWay);
  return { table, pace, forget, bodies, end: () => commits.end() };
};
