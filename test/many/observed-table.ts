import { appendFileSync, existsSync, readFileSync } from "node:fs";
import type { Item } from "../../functions/adapters/table/item.ts";
import { PARTITIONS } from "../../functions/adapters/table/keys/partitions.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { executionRecord } from "../../shared/execution/record/execution-record.ts";

export type Observed = {
  readonly items_read: number;
  readonly writes: number;
  /** Items read by the first word of their partition key. */
  readonly read_of: Readonly<Record<string, number>>;
  /** By execution: how often a publisher began, which is a write of a record that has concluded and not ended. */
  readonly publishes: Readonly<Record<string, number>>;
  /** By execution: the status it has ended with, by the record that was written last. */
  readonly ended: Readonly<Record<string, string>>;
};

/**
 * Counts what passes between the ports and the database of a server. How executions end is kept in `file`, a line for
 * each write of a record that has concluded: a process that is killed leaves it to the next one.
 */
export const observedTable = (file: string) => {
  const read_of = new Map<string, number>();
  const concluded = new Map<string, number>();
  const ended = new Map<string, string>();
  let writes = 0;
  const read = (pk: string, items: number): void => {
    const family = pk.split("#")[0] ?? pk;
    // An answer that nothing is there costs as much as one item.
    read_of.set(family, (read_of.get(family) ?? 0) + Math.max(1, items));
  };
  const written = (item: Item): void => {
    writes += 1;
    if (!item.pk.startsWith(PARTITIONS.execution) || item.sk !== "RECORD") return;
    const { execution_id, status, concluded: as } = executionRecord.parse(JSON.parse(String(item.body)));
    if (status === "RUNNING" && as === null) return;
    count(execution_id, status);
    appendFileSync(file, `${execution_id} ${status}\n`);
  };
  const count = (execution_id: string, status: string): void => {
    if (status !== "RUNNING") ended.set(execution_id, status);
    else concluded.set(execution_id, (concluded.get(execution_id) ?? 0) + 1);
  };
  for (const line of existsSync(file) ? readFileSync(file, "utf8").trimEnd().split("\n") : []) {
    const [execution_id = "", status = ""] = line.split(" ");
    count(execution_id, status);
  }
  const observe = (table: Table): Table => ({
    get: async (key) => {
      read(key.pk, 1);
      return table.get(key);
    },
    getMany: async (keys) => {
      for (const { pk } of keys) read(pk, 1);
      return table.getMany(keys);
    },
    put: async (item, condition) => {
      const outcome = await table.put(item, condition);
      if (outcome === "written") written(item);
      return outcome;
    },
    update: async (key, change, condition) => {
      writes += 1;
      return table.update(key, change, condition);
    },
    delete: async (key, condition) => {
      writes += 1;
      return table.delete(key, condition);
    },
    query: async (pk, query) => {
      const items = await table.query(pk, query);
      read(pk, items.length);
      return items;
    },
    queryIndex: async (pk, query) => {
      const items = await table.queryIndex(pk, query);
      read(pk, items.length);
      return items;
    },
  });
  const counts = (): Observed => ({
    items_read: [...read_of.values()].reduce((sum, items) => sum + items, 0),
    writes,
    read_of: Object.fromEntries(read_of),
    // The first of these writes is the conclusion itself.
    publishes: Object.fromEntries([...concluded].map(([id, times]) => [id, times - 1])),
    ended: Object.fromEntries(ended),
  });
  return { observe, counts };
};
