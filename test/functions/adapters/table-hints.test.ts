import { describe, expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { tablePorts } from "../../../functions/adapters/table/index.ts";
import type { Item } from "../../../functions/adapters/table/item.ts";
import type { Table } from "../../../functions/adapters/table/table.ts";
import { approval, at, execution, intent, numbers } from "../../ports/records.ts";

/** A table whose index is as it was at a moment: it lags, and shows items that were never written. */
const laggingTable = () => {
  const table = memoryTable();
  const shown = new Map<string, readonly Item[]>();
  const lagging: Table = {
    ...table,
    queryIndex: async (gsi1pk, query) => shown.get(gsi1pk) ?? table.queryIndex(gsi1pk, query),
  };
  return {
    table: lagging,
    freeze: async (gsi1pk: string, ghosts: readonly Item[] = []) => {
      shown.set(gsi1pk, [...(await table.queryIndex(gsi1pk, {})), ...ghosts]);
    },
  };
};

describe("what an index that lags shows", () => {
  it("an index that lags shows no open approval once it is decided, nor an opened one when it never was", async () => {
    const { table, freeze } = laggingTable();
    const { approvals } = tablePorts(table);
    await approvals.open(approval());
    for (const shard of numbers(4)) {
      const gsi1pk = `APPROVALS#open#${shard - 1}`;
      const ghost = { pk: "APPROVAL#EXEC#e9", sk: `=ghost${shard}`, gsi1pk, gsi1sk: `9999#${shard}`, body: "{}" };
      await freeze(gsi1pk, [ghost]);
    }
    expect((await approvals.list({ status: "open", limit: 9, next: null })).items).toEqual([approval()]);
    await approvals.update(approval({ status: "approved" }));
    expect((await approvals.list({ status: "open", limit: 9, next: null })).items).toEqual([]);
  });

  it("an index that lags shows no call that was taken back, and a settled one as it stands now", async () => {
    const { table, freeze } = laggingTable();
    const { ledger } = tablePorts(table);
    for (const n of [1, 2]) await ledger.intend(intent({ execution_id: `e${n}`, started_at: at(n) }));
    await freeze(`CALLS#${intent().call_digest}`);
    await ledger.withdraw({ execution_id: "e1", step_id: "s1", side: "forward" }, 1, "INTENT");
    const outcome = { status: "COMMITTED", at: at(9), output: 1, error: null, undo: null } as const;
    await ledger.settle({ execution_id: "e2", step_id: "s1", side: "forward" }, 1, "INTENT", outcome);
    const found = await ledger.callsLike({ same_call: "s", call_digest: intent().call_digest }, at(0));
    expect(found.map(({ execution_id, status }) => `${execution_id} ${status}`)).toEqual(["e2 COMMITTED"]);
  });

  it("an index that lags hides no call that must not be made twice: its row is found without the index", async () => {
    const { table, freeze } = laggingTable();
    const { ledger } = tablePorts(table);
    const row = intent({ same_call: "same" });
    await freeze(`CALLS#${row.call_digest}`);
    await freeze("CALLS#same");
    await ledger.intend(row);
    const call = { same_call: "same", call_digest: row.call_digest };
    expect(await ledger.callsLike(call, at(0))).toEqual([row]);
  });

  it("an index that lags shows an execution under the status it has now, or not at all", async () => {
    const { table, freeze } = laggingTable();
    const { executions } = tablePorts(table);
    await executions.create(execution());
    await freeze("EXECUTIONS#RUNNING");
    await freeze("EXECUTIONS#SUCCEEDED");
    await executions.update(execution({ status: "SUCCEEDED" }));
    expect((await executions.list({ limit: 9, next: null })).items).toEqual([]);
  });
});
