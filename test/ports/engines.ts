import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateTableCommand, DynamoDBClient, waitUntilTableExists } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { afterAll, beforeAll } from "vitest";
import { tableDefinition } from "../../functions/adapters/dynamodb/definition.ts";
import { dynamoTable } from "../../functions/adapters/dynamodb/table.ts";
import type { Table } from "../../functions/adapters/table/table.ts";
import { type Database, startDatabase } from "../../local/database/database.ts";

export type MakeTable = () => Promise<Table>;

/** The emulator wants a signature and looks at none, and making one takes a tenth of the processor time of a request. */
const UNSIGNED = {
  "x-amz-date": "20260101T000000Z",
  authorization:
    "AWS4-HMAC-SHA256 Credential=local/20260101/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0",
};

/** Tables over DynamoDB's protocol, in an emulator of the surrounding `describe` that keeps them in memory. */
export const tablesOfAnEmulator = (): MakeTable => {
  let server: Server;
  let client: DynamoDBClient;
  let count = 0;
  beforeAll(async () => {
    server = dynalite({ createTableMs: 0 });
    // A busy machine leaves a connection idle for longer than five seconds: closed in the moment in which the client sends
    // by it again, it would fail a test, for the client tries once.
    server.keepAliveTimeout = 0;
    await once(server.listen(0, "127.0.0.1"), "listening");
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the emulator has no port");
    client = new DynamoDBClient({
      region: "local",
      endpoint: `http://127.0.0.1:${address.port}`,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
      signer: { sign: async (request) => ({ ...request, headers: { ...request.headers, ...UNSIGNED } }) },
      maxAttempts: 1,
    });
  });
  afterAll(async () => {
    client.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return async () => {
    count += 1;
    const name = `table-${count}`;
    await client.send(new CreateTableCommand(tableDefinition(name)));
    // It answers before the table is there, also where it takes no time to make one; it is there within milliseconds.
    await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 0.002, maxDelay: 0.01 }, { TableName: name });
    return dynamoTable(client, name);
  };
};

/** Tables and bodies in files of their own, in a folder of the surrounding `describe`. */
export const databasesInFiles = (): (() => Promise<Database>) => {
  let folder = "";
  const databases: Database[] = [];
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "buddy-database-"));
  });
  afterAll(async () => {
    for (const database of databases) await database.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return async () => {
    const database = await startDatabase(join(folder, String(databases.length)));
    databases.push(database);
    return database;
  };
};

export const tablesInFiles = (): MakeTable => {
  const start = databasesInFiles();
  return async () => (await start()).table;
};
