import { mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ClassicLevel } from "classic-level";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../../cli/exit-codes.ts";
import { startDatabase } from "../../../local/database/database.ts";
import { takeOver } from "../../../local/database/take-over.ts";
import { startServer } from "../../../local/server.ts";
import { verifyAll } from "../../processes/verify.ts";
import { buddy, ENDED, recordedFolder, WAITING } from "../recorded-folder.ts";

const TAKEN_OVER = ["buddy.sqlite", "database.held", "leveldb", "leveldb.taken-over"];

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-before-"));
  await recordedFolder(folder);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("a data folder of the version before", () => {
  it("a data folder of the version before is refused with the command that takes it over, after which all is as it was", async () => {
    const refused = await buddy("start", "--port", "0", "--data", folder);
    expect(refused.code).toBe(EXIT.conflict);
    expect(refused.err).toContain("buddy data take-over");
    expect(await readdir(join(folder, "database"))).toEqual(["database.held", "leveldb"]);

    const taken = await buddy("data", "take-over", "--data", folder);
    expect(taken.code).toBe(EXIT.ok);
    expect(taken.out).toContain("records taken over, each as it was");
    expect(await readdir(join(folder, "database"))).toEqual(TAKEN_OVER);

    const server = await startServer({ data_dir: folder, port: 0, live_enabled: false, registry_open: true });
    try {
      const { executions } = server.stack.deps;
      expect(await executions.get(ENDED)).toMatchObject({ status: "SUCCEEDED" });
      expect(await executions.get(WAITING)).toMatchObject({ status: "RUNNING" });
      expect(await executions.running()).toEqual([WAITING]);
      expect(await verifyAll(folder, server.url, [ENDED])).toEqual([]);
    } finally {
      await server.stop();
    }
    const again = await buddy("data", "take-over", "--data", folder);
    expect(again.code).toBe(EXIT.conflict);
    expect(again.err).toContain("is this version's already");
  });

  it("taking over a data folder goes on where it was cut off", async () => {
    const database = join(folder, "database");
    const counts: number[] = [];
    const cutOff = (line: string): void => {
      counts.push(Number(/\d+$/.exec(line)?.[0]));
      if (counts.length === 2) throw new Error("cut off");
    };
    await expect(takeOver(database, cutOff, 20)).rejects.toThrow("cut off");
    await expect(startDatabase(database)).rejects.toThrow("buddy data take-over");
    const { items } = await takeOver(database, (line) => counts.push(Number(/\d+$/.exec(line)?.[0])), 1_000);
    expect(counts).toEqual([20, 40, items - 40]);
  });

  it("taking over a data folder begins anew where what was written until then is not what was there", async () => {
    const database = join(folder, "database");
    const cutOff = (): void => {
      throw new Error("cut off");
    };
    await expect(takeOver(database, cutOff, 20)).rejects.toThrow("cut off");
    const unfinished = new DatabaseSync(join(database, "buddy.sqlite.unfinished"));
    unfinished.exec("UPDATE items SET body = 'else' WHERE rowid = 1");
    unfinished.close();
    await expect(takeOver(database, () => {})).rejects.toThrow("is not what it was: take it over again");
    expect(await readdir(database)).toEqual(["database.held", "leveldb"]);
    await takeOver(database, () => {});
    expect(await readdir(database)).toEqual(TAKEN_OVER);
  });

  /** As versions before opened it: LevelDB makes the folder where there is none. */
  const startedByEarlier = async (database: string): Promise<void> => {
    const level = new ClassicLevel(join(database, "leveldb"), { valueEncoding: "json" });
    await level.open();
    await level.close();
  };

  it("a data folder that was taken over, or is this version's from the beginning, is none that the version before opens", async () => {
    const database = join(folder, "database");
    await takeOver(database, () => {});
    await expect(startedByEarlier(database)).rejects.toThrow();
    const own = join(folder, "own");
    await (await startDatabase(own)).stop();
    await expect(startedByEarlier(own)).rejects.toThrow();
    await (await startDatabase(own)).stop();
    await rm(join(own, "buddy.sqlite"));
    await expect(startDatabase(own, "was there")).rejects.toThrow("its file is gone");
  });

  it("a data folder on which the version before was started after it was taken over is refused until what that recorded is moved away", async () => {
    const database = join(folder, "database");
    await takeOver(database, () => {});
    await rm(join(database, "leveldb"));
    await startedByEarlier(database);
    for (const [words, ...command] of [
      ["stands one of an earlier version", "start", "--port", "0"],
      ["an earlier version was started on", "data", "take-over"],
    ] as const) {
      const refused = await buddy(...command, "--data", folder);
      expect(refused.code).toBe(EXIT.conflict);
      expect(refused.err).toContain(words);
    }
    await rename(join(database, "leveldb"), join(folder, "elsewhere"));
    await (await startDatabase(database)).stop();
    expect(await readdir(database)).toEqual(TAKEN_OVER);
  });

  it("taking over a data folder that was cut off when all was copied is finished by the next one, and refused by a start until then", async () => {
    const database = join(folder, "database");
    const { items } = await takeOver(database, () => {});
    await rm(join(database, "leveldb"));
    await rename(join(database, "leveldb.taken-over"), join(database, "leveldb"));
    await expect(startDatabase(database)).rejects.toThrow("`buddy data take-over` says which");
    expect(await takeOver(database, () => {})).toMatchObject({ items });
    expect(await readdir(database)).toEqual(TAKEN_OVER);
  });

  it("taking over says so where there is no data folder, and makes nothing", async () => {
    await rm(join(folder, "database"), { recursive: true });
    const { code, err } = await buddy("data", "take-over", "--data", folder);
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain("holds no database of an earlier version: say where it is with --data");
    expect(await readdir(folder)).not.toContain("database");
  });
});
