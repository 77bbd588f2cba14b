import { once } from "node:events";
import { rm } from "node:fs/promises";
import type { Server } from "node:http";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import {
  CreateTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  ResourceNotFoundException,
} from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";
import { Level } from "level";
import { tableDefinition } from "../../functions/adapters/dynamodb/definition.ts";
import { Surprise } from "../../shared/plan/surprise.ts";
import { closeIterators } from "./close-iterators.ts";
import { type FolderLock, lockFolder } from "./folder-lock.ts";
import { inProcess, type WayIn } from "./in-process.ts";
import { repairIndex } from "./repair-index.ts";

/** The files of the database cannot be read, or written: the disk is full or read-only, or they are damaged. */
export class DatabaseUnusable extends Surprise {
  override readonly name = "DatabaseUnusable";
  constructor(folder: string, cause: unknown) {
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`the database in ${folder} cannot be opened: ${why}; put it back from a copy, or choose another folder`, {
      cause,
    });
  }
}

export const TABLE_NAME = "buddy";

export type Database = {
  /** For a DynamoDBClient of this process. */
  readonly clientConfig: DynamoDBClientConfig;
  readonly tableName: string;
  /** Waits for what is being read and written, then closes the folder; whoever comes later is refused. */
  stop(): Promise<void>;
};

/**
 * DynamoDB on one machine: dynalite over LevelDB files in `folder`, which is this process's alone. After kill -9 it
 * opens again with every acknowledged write, and everything in the index that belongs there.
 * @throws FolderInUse, DatabaseUnusable
 */
export const startDatabase = async (folder: string): Promise<Database> => {
  const lock = await lockFolder(folder);
  try {
    return await open(join(folder, "leveldb"), lock);
  } catch (error) {
    await lock.unlock();
    throw new DatabaseUnusable(folder, error);
  }
};

const open = async (path: string, { afterCrash, unlock }: FolderLock): Promise<Database> => {
  await tryToOpen(path);
  let server = serverOver(path);
  if ((await statusOf(new DynamoDBClient(configFor(inProcess(server))), TABLE_NAME)) === "CREATING") {
    // The process that was creating it was killed in that instant: nobody else has the folder. It was never ACTIVE, so
    // nothing was ever written to it, and it can neither be finished nor deleted: the next start begins again.
    await close(server);
    await rm(path, { recursive: true, force: true });
    server = serverOver(path);
  }
  const wayIn = inProcess(server);
  const clientConfig = configFor(wayIn);
  const client = new DynamoDBClient(clientConfig);
  await createTable(client, TABLE_NAME);
  // Before the folder is given back: a start that is killed in the middle of it leaves the repair to the next.
  if (afterCrash) await repairIndex(client, TABLE_NAME);
  return {
    clientConfig,
    tableName: TABLE_NAME,
    stop: async () => {
      // A request whose client has gone may still be at work.
      await wayIn.end();
      await close(server);
      await unlock();
    },
  };
};

/** dynalite asks its files for nothing until a request comes, and then ends the process where they cannot be opened. */
const tryToOpen = async (path: string): Promise<void> => {
  const level = new Level(path);
  try {
    await level.open();
  } catch (error) {
    throw error instanceof Error && error.cause instanceof Error ? error.cause : error;
  }
  await level.close();
};

const serverOver = (path: string): Server => {
  closeIterators();
  return dynalite({ path, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
};

const configFor = ({ handler }: WayIn): DynamoDBClientConfig => ({
  region: "local",
  endpoint: "http://in-process.invalid",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
  requestHandler: handler,
  // dynalite looks at the form of a signature only, so none is computed.
  signer: {
    sign: async (request) => {
      request.headers.authorization = "AWS4-HMAC-SHA256 Credential=local, SignedHeaders=host, Signature=none";
      request.headers["x-amz-date"] = "19700101T000000Z";
      return request;
    },
  },
  // Nothing is lost on the way to the same process: what fails has failed.
  maxAttempts: 1,
});

/** How often to ask for a table that was just created: it is there in the next turn of the event loop or so. */
const TURNS = 1_000;

/** Creates the table if there is none of that name, and waits until it can be used. */
export const createTable = async (client: DynamoDBClient, tableName: string): Promise<void> => {
  const before = await statusOf(client, tableName);
  if (before === undefined) await client.send(new CreateTableCommand(tableDefinition(tableName)));
  for (let turn = 0; turn < TURNS; turn += 1) {
    if ((await statusOf(client, tableName)) === "ACTIVE") return;
    await setImmediate();
  }
  throw new Error("its table was never created to the end: delete the folder");
};

const statusOf = async (client: DynamoDBClient, tableName: string): Promise<string | undefined> => {
  try {
    return (await client.send(new DescribeTableCommand({ TableName: tableName }))).Table?.TableStatus;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
};

/** dynalite closes its files only when it stops listening, and can stop only if it listens: so it does, for a moment. */
const close = async (server: Server): Promise<void> => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
};
