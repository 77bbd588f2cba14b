import type { DatabaseSync } from "node:sqlite";
import { operationsOver, type Rows } from "../../functions/adapters/memory/operations.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import type { Commits } from "./commits.ts";
import type { GiveWay } from "./give-way.ts";
import { keptRows } from "./kept-rows.ts";
import { type Owing, paced } from "./pace.ts";
import { sqlRows } from "./sql-rows.ts";

export type FileTable = {
  readonly table: Table;
  readonly pace: Owing;
  /** Lets go of all that was kept so as not to read it again. */
  forget(): void;
};

/**
 * The table in a file: each operation is done at once, in the order it was called, and answered when everything it
 * wrote or saw is on disk, unless the work that it belongs to waits for that as a whole; and not in a turn of the event
 * loop that has gone on for long.
 */
export const fileTable = (db: DatabaseSync, commits: Commits, giveWay: GiveWay): FileTable => {
  const stored = sqlRows(db);
  const written: Rows = {
    ...stored,
    put: (item, before) => commits.write(item.pk, () => stored.put(item, before)),
    delete: (item) => commits.write(item.pk, () => stored.delete(item)),
  };
  const rows = keptRows(written);
  const does = operationsOver(rows);
  const pace = paced();

  const answer = async <Value>(does: () => Value, pks: Iterable<string>): Promise<Value> => {
    const owed = pace.owed();
    owed?.mustBeKept();
    const value = commits.now(does);
    for (const unsettled of commits.unsettled(pks)) {
      if (owed === undefined) {
        unsettled.want();
        await unsettled.onDisk;
      } else owed.add(unsettled);
    }
    await giveWay();
    return value;
  };

  const table: Table = {
    get: (key) => answer(() => does.get(key), [key.pk]),
    getMany: (keys) =>
      answer(
        () => does.getMany(keys),
        keys.map(({ pk }) => pk),
      ),
    put: (item, condition) => answer(() => does.put(item, condition), [item.pk]),
    update: (key, change, condition) => answer(() => does.update(key, change, condition), [key.pk]),
    delete: (key, condition) => answer(() => does.delete(key, condition), [key.pk]),
    query: (pk, query) => answer(() => does.query(pk, query), [pk]),
    // Hints: the item is read before anything is done.
    queryIndex: (gsi1pk, query) => answer(() => does.queryIndex(gsi1pk, query), []),
  };
  return { table, pace, forget: rows.forget };
};
