import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../../cli/exit-codes.ts";
import { startDatabase } from "../../../local/database/database.ts";
import { takeOver } from "../../../local/database/take-over.ts";
import { startServer } from "../../../local/server.ts";
import { verifyAll } from "../../processes/verify.ts";
import { buddy, ENDED, recordedFolder, WAITING } from "../recorded-folder.ts";

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
    expect(await readdir(join(folder, "database"))).toEqual(["buddy.sqlite", "database.held", "leveldb.taken-over"]);

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
    expect(await readdir(database)).toEqual(["buddy.sqlite", "database.held", "leveldb.taken-over"]);
  });

  it("taking over says so where there is no data folder, and makes nothing", async () => {
    await rm(join(folder, "database"), { recursive: true });
    const { code, err } = await buddy("data", "take-over", "--data", folder);
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain("holds no database of an earlier version: say where it is with --data");
    expect(await readdir(folder)).not.toContain("database");
  });
});
