import { type AttributeValue, type DynamoDBClient, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { INDEX_NAME } from "../../functions/adapters/dynamodb/definition.ts";

type Row = Record<string, AttributeValue>;

/**
 * Puts index rows back that a kill tore away. dynalite moves an item within the index in three writes: the old index
 * row goes, the new one comes, then the item changes. Killed after the first, it leaves an item as it was that no
 * listing finds any more: an execution that nobody takes up, a request that nobody sees. Index rows without their item
 * need no repair, because they are read as hints. Reads the whole table, so it is done after a crash only.
 * @returns how many rows were missing
 */
export const repairIndex = async (client: DynamoDBClient, tableName: string): Promise<number> => {
  const indexed = new Set<string>();
  for await (const row of rowsOf(client, { TableName: tableName, IndexName: INDEX_NAME })) indexed.add(placeOf(row));
  let repaired = 0;
  for await (const item of rowsOf(client, { TableName: tableName })) {
    if (item.gsi1pk === undefined || item.gsi1sk === undefined || indexed.has(placeOf(item))) continue;
    // The same item again: its index row is written before it, and nothing else changes.
    await client.send(new PutItemCommand({ TableName: tableName, Item: item }));
    repaired += 1;
  }
  return repaired;
};

/** Where an item stands, in the table and in the index. */
const placeOf = ({ pk, sk, gsi1pk, gsi1sk }: Row): string =>
  JSON.stringify([pk, sk, gsi1pk, gsi1sk].map((key) => key?.S));

async function* rowsOf(client: DynamoDBClient, table: { TableName: string; IndexName?: string }): AsyncGenerator<Row> {
  for (let from: Row | undefined; ; ) {
    const page = await client.send(
      new ScanCommand({ ...table, ...(from === undefined ? {} : { ExclusiveStartKey: from }) }),
    );
    yield* page.Items ?? [];
    from = page.LastEvaluatedKey;
    if (from === undefined) return;
  }
}
