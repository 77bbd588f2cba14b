import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { dynamoTable } from "../../functions/adapters/dynamodb/table.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { createTable, type Database, startDatabase } from "../../local/database/database.ts";

export type MakeTable = () => Promise<Table>;

/** A database of the surrounding `describe`, and empty tables in it. */
export const tablesOnDisk = (): MakeTable => {
  let folder = "";
  let database: Database;
  let client: DynamoDBClient;
  let count = 0;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-database-"));
    database = await startDatabase(folder);
    client = new DynamoDBClient(database.clientConfig);
  });
  afterAll(async () => {
    await database.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return async () => {
    count += 1;
    const name = `table-${count}`;
    await createTable(client, name);
    return dynamoTable(client, name);
  };
};
