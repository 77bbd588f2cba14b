import { chmod, cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../../cli/exit-codes.ts";
import { runBuddy } from "../../../cli/program.ts";
import { localPrograms } from "../../../cli/terminal/local-programs.ts";
import { startDatabase } from "../../../local/database/database.ts";
import { takeOver } from "../../../local/database/take-over.ts";
import { startServer } from "../../../local/server.ts";
import { fakeContext } from "../../cli/fake-context.ts";
import { verifyAll } from "../../processes/verify.ts";

/**
 * A data folder that the version of that commit left, which kept its database in LevelDB: of two plans that were
 * submitted to `buddy start --live --open-registry` one has ended, the other waits for a person.
 */
const RECORDED = join(import.meta.dirname, "fixtures", "9970301");
const [ENDED, WAITING] = ["01M8HDEETH1DGWY4XWW2F91X9B", "01M8HDEKEESY8X9VGRF3S7YH5X"];

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-before-"));
  await cp(RECORDED, folder, { recursive: true });
  // No repository keeps who may read a file.
  for (const file of ["token.key", join("keys", "signing-key.pem")]) await chmod(join(folder, file), 0o600);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const buddy = async (...argv: readonly string[]) => {
  const fake = fakeContext({});
  const context = { ...fake.context, local: localPrograms, interrupted: async () => {} };
  const code = await runBuddy(context, [...argv, "--data", folder]);
  return { code, out: fake.stdout(), err: fake.stderr() };
};

describe("a data folder of the version before", () => {
  it("is refused with the command that takes it over, and after that one everything in it is as it was", async () => {
    const refused = await buddy("start", "--port", "0");
    expect(refused.code).toBe(EXIT.conflict);
    expect(refused.err).toContain("buddy data take-over");
    expect(await readdir(join(folder, "database"))).toEqual(["leveldb"]);

    const taken = await buddy("data", "take-over");
    expect(taken.code).toBe(EXIT.ok);
    expect(taken.out).toContain("records taken over, each as it was");
    expect(await readdir(join(folder, "database"))).toEqual(["buddy.sqlite", "leveldb.taken-over"]);

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
    const again = await buddy("data", "take-over");
    expect(again.code).toBe(EXIT.conflict);
    expect(again.err).toContain("is this version's already");
  });

  it("goes on being taken over where it was cut off", async () => {
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

  it("is taken over from the beginning where what was written until then is not what was there", async () => {
    const database = join(folder, "database");
    const cutOff = (): void => {
      throw new Error("cut off");
    };
    await expect(takeOver(database, cutOff, 20)).rejects.toThrow("cut off");
    const unfinished = new DatabaseSync(join(database, "buddy.sqlite.unfinished"));
    unfinished.exec("UPDATE items SET body = 'else' WHERE rowid = 1");
    unfinished.close();
    await expect(takeOver(database, () => {})).rejects.toThrow("is not what it was: take it over again");
    expect(await readdir(database)).toEqual(["leveldb"]);
    await takeOver(database, () => {});
    expect(await readdir(database)).toEqual(["buddy.sqlite", "leveldb.taken-over"]);
  });

  it("says so where there is none, and makes nothing", async () => {
    await rm(join(folder, "database"), { recursive: true });
    const { code, err } = await buddy("data", "take-over");
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain("holds no database of an earlier version: say where it is with --data");
    expect(await readdir(folder)).not.toContain("database");
  });
});
