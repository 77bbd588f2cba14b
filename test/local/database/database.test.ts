import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Database, startDatabase } from "../../../local/database/database.ts";
import { FolderInUse, lockFolder } from "../../../local/database/folder-lock.ts";
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

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-database-"));
});
afterEach(async () => {
  for (const database of running) await stop(database);
  await rm(folder, { recursive: true, force: true });
});

const sql = (path: string, text: string): void => {
  const db = new DatabaseSync(path);
  db.exec(text);
  db.close();
};

/**
 * Another process that opens the folder, writes items one by one, each with a body that it names, and tells the number of
 * each that was acknowledged.
 */
const writerProcess = () => {
  const here = (path: string) => JSON.stringify(new URL(path, import.meta.url).href);
  const code = `
    const { startDatabase } = await import(${here("../../../local/database/database.ts")});
    const { table, bodies } = await startDatabase(${JSON.stringify(folder)});
    for (let n = 1; ; n += 1) {
      const { key, digest } = await bodies.put("e1", { n });
      await table.put({ pk: "p", sk: String(n), gsi1pk: "g", gsi1sk: String(n), key, digest });
      process.stdout.write(n + "\\n");
    }`;
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
  it("the database keeps what was written when it is stopped and started again", async () => {
    const first = await start();
    await first.table.put({ pk: "p", sk: "s", n: 1 });
    await stop(first);
    const { table } = await start();
    expect(await table.get({ pk: "p", sk: "s" })).toEqual({ pk: "p", sk: "s", n: 1 });
  });

  it("the database belongs to one at a time, also in one process", async () => {
    await start();
    await expect(startDatabase(folder)).rejects.toThrow(FolderInUse);
    await expect(startDatabase(folder)).rejects.toThrow(`in use by process ${process.pid}`);
  });

  it("the database that was ended reads and writes nothing more, keeps what was written, and is nobody else's until it is stopped", async () => {
    const first = await start();
    const before = { pk: "p", sk: "s", n: 1 };
    await first.table.put(before);
    await first.end();
    await expect(first.table.put({ ...before, n: 2 })).rejects.toThrow("the database is closed");
    await expect(first.table.get({ pk: "p", sk: "s" })).rejects.toThrow("the database is closed");
    await expect(startDatabase(folder)).rejects.toThrow(FolderInUse);
    await stop(first);
    expect(await (await start()).table.get({ pk: "p", sk: "s" })).toEqual(before);
  });

  it("the database names the process that has it, and is taken over once that was killed, with every acknowledged write", async () => {
    const writer = writerProcess();
    await once(writer.stdout, "readable");
    await expect(startDatabase(folder)).rejects.toThrow(`in use by process ${writer.pid}`);
    const last = await killAfter(writer, 50);
    const { table, bodies } = await start();
    const items = await table.query("p");
    const found = new Set(items.map(({ sk }) => sk));
    expect(last).toBeGreaterThanOrEqual(50);
    expect(numbers(last).filter((n) => !found.has(String(n)))).toEqual([]);
    for (const { sk, key, digest } of items)
      expect(await bodies.get({ key: String(key), digest: String(digest) })).toEqual({ n: Number(sk) });
  });

  it.each([
    ["a process that is gone", JSON.stringify({ pid: 2 ** 22 + 1, started: null })],
    ["a process that began at another time", JSON.stringify({ pid: 1, started: "-1" })],
    ["an earlier life of the same pid", JSON.stringify({ pid: process.pid, started: "-1" })],
    ["a process that was killed while it wrote the lock", '{"pid":'],
    ["a killed process whose pid another was given", JSON.stringify({ pid: process.ppid, started: null, holds: true })],
  ])("the database is not kept by the lock of %s", async (_, lock) => {
    await writeFile(join(folder, "database.lock"), lock);
    await start();
    expect(JSON.parse(await readFile(join(folder, "database.lock"), "utf8"))).toMatchObject({ pid: process.pid });
  });

  it("the database is still a process's of a version before, which holds no file", async () => {
    await writeFile(join(folder, "database.lock"), JSON.stringify({ pid: process.ppid, started: null }));
    await expect(startDatabase(folder)).rejects.toThrow(`in use by process ${process.ppid}`);
  });

  it("the database is taken by one of many that find at once that its process was killed", async () => {
    for (const folders of numbers(20)) {
      const found = join(folder, `${folders}`);
      await mkdir(found);
      await writeFile(join(found, "database.lock"), JSON.stringify({ pid: 2 ** 22 + 1, started: null }));
      const tried = await Promise.allSettled(numbers(4).map(() => lockFolder(found)));
      const taken = tried.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
      expect(taken).toHaveLength(1);
      for (const lock of taken) await lock.unlock();
    }
  });

  /** Puts something in the place of the file, or changes it, as somebody did while no process had the folder. */
  const meanwhile = async (change: (path: string) => Promise<void> | void): Promise<void> => {
    const database = await start();
    await database.table.put({ pk: "p", sk: "s", body: "x".repeat(100_000) });
    await stop(database);
    await change(join(folder, "buddy.sqlite"));
  };

  it.each<[string, (path: string) => Promise<void> | void, RegExp]>([
    [
      "a newer version's",
      (path) => sql(path, "PRAGMA user_version = 3"),
      /written by a newer version of Buddy \(format 3, this one knows 2\): start that one/,
    ],
    [
      "another program's",
      (path) => sql(path, "PRAGMA application_id = 7"),
      /is a database of another program; put it back from a backup/,
    ],
    ["no database at all", (path) => writeFile(path, "no database ".repeat(1_000)), /its file is none of a database/],
    ["cut off", (path) => truncate(path, 4_096), /its file is damaged; put it back from a backup/],
    ["a folder", (path) => rm(path).then(() => mkdir(path)), /cannot be opened: unable to open database file/],
  ])("the database is refused in words where its file is %s, and given back", async (_, change, words) => {
    await meanwhile(change);
    await expect(startDatabase(folder)).rejects.toThrow(words);
    await expect(startDatabase(folder)).rejects.toThrow(words);
  });

  it.each<[string, (path: string) => Promise<void> | void, RegExp]>([
    ["gone", (path) => rm(path), /cannot be opened: its file is gone; put it back from a backup/],
    ["empty", (path) => truncate(path), /its file is empty; put it back from a backup/],
    [
      "without any table, as where the log beside it was left out of a copy",
      async (path) => {
        await rm(path);
        sql(path, "PRAGMA page_size = 8192; PRAGMA journal_mode = WAL");
      },
      /its file holds no records; put it back from a backup/,
    ],
  ])("the database that was there is not begun anew where its file is %s", async (_, change, words) => {
    await meanwhile(change);
    await expect(startDatabase(folder, "was there")).rejects.toThrow(words);
    await expect(startDatabase(folder, "was there")).rejects.toThrow(words);
  });

  it("the database is not blamed for a file in which something stands that only tells who holds it", async () => {
    await stop(await start());
    const path = join(folder, "database.held");
    await writeFile(path, "no database ".repeat(1_000));
    await expect(startDatabase(folder)).rejects.toThrow(`${path} should be empty`);
    await rm(path);
    await start();
  });

  it("the database says that the file is damaged when it comes upon it later", async () => {
    await meanwhile(async (path) => {
      const bytes = await readFile(path);
      await writeFile(path, bytes.fill(0xff, 3 * 8_192));
    });
    const { table } = await start();
    await expect(table.query("p")).rejects.toThrow(
      `the database in ${folder} failed: its file is damaged; put it back from a backup`,
    );
  });

  it("a database of an earlier version is left as it is, and the command named that takes it over", async () => {
    await mkdir(join(folder, "leveldb"));
    await expect(startDatabase(folder)).rejects.toThrow("take it over once with `buddy data take-over`");
    expect(await readdir(folder)).toEqual(["database.held", "leveldb"]);
  });

  it("a database of a version that kept bodies elsewhere is opened as it is, and takes bodies from then on", async () => {
    await meanwhile((path) => sql(path, "DROP TABLE bodies; PRAGMA user_version = 1"));
    const first = await start();
    expect(await first.table.get({ pk: "p", sk: "s" })).toMatchObject({ pk: "p" });
    const ref = await first.bodies.put("e1", { amount: 1 });
    await stop(first);
    expect(await (await start()).bodies.get(ref)).toEqual({ amount: 1 });
  });

  it("the database gives the folder back when it stops", async () => {
    await stop(await start());
    await expect(readFile(join(folder, "database.lock"))).rejects.toThrow("ENOENT");
  });
});
