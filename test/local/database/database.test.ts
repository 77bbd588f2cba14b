import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { AbstractValueIterator } from "abstract-level";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { dynamoTable } from "../../../functions/adapters/dynamodb/table.ts";
import { type Database, startDatabase, TABLE_NAME } from "../../../local/database/database.ts";
import { FolderInUse } from "../../../local/database/folder-lock.ts";
import { numbers } from "../../ports/records.ts";

let folder = "";
let running: Database[] = [];

const start = async (): Promise<Database> => {
  const database = await startDatabase(folder);
  running.push(database);
  return database;
};
const stop = async (database: Database): Promise<void> => {
  running = running.filter((other) => other !== database);
  await database.stop();
};
const tableOf = ({ clientConfig, tableName }: Database) => dynamoTable(new DynamoDBClient(clientConfig), tableName);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-database-"));
});
afterEach(async () => {
  vi.restoreAllMocks();
  for (const database of running) await stop(database);
  await rm(folder, { recursive: true, force: true });
});

/** Another process that opens the folder, writes items one by one, and tells the number of each that was acknowledged. */
const writerProcess = () => {
  const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const code = `
    import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    const { startDatabase } = await import(${here("../../../local/database/database.ts")});
    const { dynamoTable } = await import(${here("../../../functions/adapters/dynamodb/table.ts")});
    const { clientConfig, tableName } = await startDatabase(${JSON.stringify(folder)});
    const table = dynamoTable(new DynamoDBClient(clientConfig), tableName);
    for (let n = 1; ; n += 1) {
      await table.put({ pk: "p", sk: String(n), gsi1pk: "g", gsi1sk: String(n) });
      process.stdout.write(n + "\\n");
    }`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: ["ignore", "pipe", "inherit"] });
};

/** Another process that is creating the table, and never comes to the end of it. */
const creatingProcess = () => {
  const definition = JSON.stringify(
    new URL("../../../functions/adapters/dynamodb/definition.ts", import.meta.url).href,
  );
  const code = `
    import { once } from "node:events";
    import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
    import dynalite from "dynalite";
    const { tableDefinition } = await import(${definition});
    const server = dynalite({ path: ${JSON.stringify(join(folder, "leveldb"))}, createTableMs: 3_600_000 });
    await once(server.listen(0, "127.0.0.1"), "listening");
    const endpoint = "http://127.0.0.1:" + server.address().port;
    const credentials = { accessKeyId: "local", secretAccessKey: "local" };
    const client = new DynamoDBClient({ region: "local", endpoint, credentials });
    await client.send(new CreateTableCommand(tableDefinition(${JSON.stringify(TABLE_NAME)})));
    process.stdout.write("1\\n2\\n");`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: ["ignore", "pipe", "inherit"] });
};

/** Another process that is killed while an item moves in the index: the old index row is gone, nothing else is written. */
const tearingProcess = () => {
  const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const code = `
    import { createRequire } from "node:module";
    import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
    const { startDatabase } = await import(${here("../../../local/database/database.ts")});
    const { dynamoTable } = await import(${here("../../../functions/adapters/dynamodb/table.ts")});
    const db = createRequire(${here("../../../local/database/database.ts")})("dynalite/db");
    const { clientConfig, tableName } = await startDatabase(${JSON.stringify(folder)});
    const table = dynamoTable(new DynamoDBClient(clientConfig), tableName);
    await table.put({ pk: "p", sk: "untouched", gsi1pk: "open", gsi1sk: "1" });
    await table.put({ pk: "p", sk: "torn", gsi1pk: "open", gsi1sk: "2", n: 1 });
    setInterval(() => {}, 60_000);
    db.updateIndexes = (store, definition, existing, item) => {
      const { deletes } = db.getIndexActions(definition.GlobalSecondaryIndexes, existing, item, definition);
      const [{ index, key }] = deletes;
      store.getIndexDb("Global", tableName, index).del(key, () => process.stdout.write("1\\n2\\n"));
    };
    await table.put({ pk: "p", sk: "torn", gsi1pk: "decided", gsi1sk: "2", n: 2 });`;
  return spawn(process.execPath, ["--input-type=module", "--eval", code], { stdio: ["ignore", "pipe", "inherit"] });
};

/** Reads what the process tells until it has told `count` numbers. @returns the last that came before it was killed */
const killAfter = async (writer: ReturnType<typeof writerProcess>, count: number): Promise<number> => {
  let told = "";
  for await (const chunk of writer.stdout) {
    told += String(chunk);
    if (told.split("\n").length > count) writer.kill("SIGKILL");
  }
  if (writer.exitCode === null && writer.signalCode === null) await once(writer, "exit");
  return Number(told.slice(0, told.lastIndexOf("\n")).split("\n").at(-1));
};

describe("the database of one machine", () => {
  it("answers what is asked of it when it is stopped, and refuses what comes later", async () => {
    const database = await start();
    const table = tableOf(database);
    for (let n = 0; n < 50; n += 1) await table.put({ pk: "p", sk: String(n), gsi1pk: "g", gsi1sk: String(n) });
    const asked = Array.from({ length: 20 }, () => table.query("p"));
    const answered = Promise.allSettled(asked);
    await setImmediate();
    await stop(database);
    for (const each of await answered) {
      if (each.status === "fulfilled") expect(each.value).toHaveLength(50);
      else expect(each.reason).toMatchObject({ message: "the database is closed" });
    }
    await expect(table.get({ pk: "p", sk: "1" })).rejects.toThrow("the database is closed");
  });

  it("keeps what was written when it is stopped and started again", async () => {
    const first = await start();
    await tableOf(first).put({ pk: "p", sk: "s", n: 1 });
    await stop(first);
    expect(await tableOf(await start()).get({ pk: "p", sk: "s" })).toEqual({ pk: "p", sk: "s", n: 1 });
  });

  it("can be used after the very first start was killed while the table was being created", async () => {
    expect(await killAfter(creatingProcess(), 1)).toBe(2);
    const database = await start();
    await tableOf(database).put({ pk: "p", sk: "s", n: 1 });
    await stop(database);
    expect(await tableOf(await start()).get({ pk: "p", sk: "s" })).toEqual({ pk: "p", sk: "s", n: 1 });
  });

  it("finds an item in the index again whose move a kill has torn", async () => {
    expect(await killAfter(tearingProcess(), 1)).toBe(2);
    const table = tableOf(await start());
    expect(await table.get({ pk: "p", sk: "torn" })).toMatchObject({ gsi1pk: "open", n: 1 });
    expect((await table.queryIndex("open")).map(({ sk }) => sk)).toEqual(["untouched", "torn"]);
    expect(await table.queryIndex("decided")).toEqual([]);
  });

  it("keeps nothing open of a query that was answered", async () => {
    const table = tableOf(await start());
    await table.put({ pk: "p", sk: "s", gsi1pk: "open", gsi1sk: "1" });
    const closed = vi.spyOn(AbstractValueIterator.prototype, "close");
    await table.query("p");
    await table.queryIndex("open");
    await table.query("nothing is here");
    await vi.waitFor(() => expect(closed).toHaveBeenCalledTimes(3));
  });

  it("belongs to one at a time, also in one process", async () => {
    await start();
    await expect(startDatabase(folder)).rejects.toThrow(FolderInUse);
    await expect(startDatabase(folder)).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it("names the process that has it, and is taken over once that was killed, with every acknowledged write", async () => {
    const writer = writerProcess();
    await once(writer.stdout, "readable");
    await expect(startDatabase(folder)).rejects.toThrow(`in use by process ${writer.pid}`);
    const last = await killAfter(writer, 50);
    const table = tableOf(await start());
    const found = new Set((await table.query("p")).map(({ sk }) => sk));
    expect(last).toBeGreaterThanOrEqual(50);
    expect(numbers(last).filter((n) => !found.has(String(n)))).toEqual([]);
  });

  it.each([
    ["a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, started: null })],
    ["a process that began at another time", JSON.stringify({ pid: 1, started: "-1" })],
    ["an earlier life of the same pid", JSON.stringify({ pid: process.pid, started: "-1" })],
    ["a process that was killed while it wrote the lock", '{"pid":'],
  ])("is not kept by the lock of %s", async (_, lock) => {
    await writeFile(join(folder, "database.lock"), lock);
    await start();
    expect(JSON.parse(await readFile(join(folder, "database.lock"), "utf8"))).toMatchObject({ pid: process.pid });
  });

  it("gives the folder back when it stops", async () => {
    await stop(await start());
    await expect(readFile(join(folder, "database.lock"))).rejects.toThrow("ENOENT");
  });
});
