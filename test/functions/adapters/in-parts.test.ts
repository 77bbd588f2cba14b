import { expect, it } from "vitest";
import { memoryTable } from "../../../functions/adapters/memory/table.ts";
import { executions } from "../../../functions/adapters/table/executions.ts";
import { RecordDamaged } from "../../../shared/ports/damaged.ts";

it("an answer in parts of which one is gone or another is damaged, and is taken for no other answer", async () => {
  const long = { said: "x".repeat(900_000) };
  const parts = async (): Promise<{ table: ReturnType<typeof memoryTable>; keys: { pk: string; sk: string }[] }> => {
    const table = memoryTable();
    await executions(table).answerPass("e1", 1, 1, long);
    const keys = (await table.query("EXEC#e1", { prefix: "PASSPART#" })).map(({ pk, sk }) => ({ pk, sk }));
    return { table, keys };
  };
  const { keys } = await parts();
  expect(keys.length).toBeGreaterThan(2);
  for (const [place, key] of keys.entries()) {
    const { table } = await parts();
    expect(await executions(table).lastPass("e1", 1)).toEqual(long);
    if (place === 1) await table.put({ ...key, body: "x" });
    else await table.delete(key);
    await expect(executions(table).lastPass("e1", 1)).rejects.toThrow(RecordDamaged);
  }
});
