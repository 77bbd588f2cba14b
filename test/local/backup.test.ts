import { lstat, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { startDatabase } from "../../local/database/database.ts";
import { setSecret } from "../../local/secrets-file.ts";
import { startServer } from "../../local/server.ts";
import { verifyAll } from "../processes/verify.ts";
import { buddy, ENDED, recordedFolder, WAITING } from "./recorded-folder.ts";

let root = "";
let data = "";
let copy = "";
const umask = process.umask();
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "buddy-backup-"));
  [data, copy] = [join(root, "data"), join(root, "copies", "friday")];
});
afterEach(async () => {
  process.umask(umask);
  await rm(root, { recursive: true, force: true });
});

const start = (folder: string) => startServer({ data_dir: folder, port: 0, live_enabled: false, registry_open: true });

describe("a backup of the data folder", () => {
  it("a backup of the data folder that was made while a server ran has every record and what it names, and begins locked", async () => {
    await recordedFolder(data);
    await buddy("data", "take-over", "--data", data);
    const server = await start(data);
    try {
      await setSecret(data, "read/crm", "canary of a secret");
      const made = await buddy("backup", copy, "--data", data);
      expect(made).toMatchObject({ code: EXIT.ok, err: "" });
      expect(await server.stack.deps.locks.all()).toEqual([]);
    } finally {
      await server.stop();
    }
    expect(await readdir(join(root, "copies"))).toEqual(["friday"]);
    const again = await start(copy);
    try {
      const { deps } = again.stack;
      expect(await deps.executions.get(ENDED)).toMatchObject({ status: "SUCCEEDED" });
      expect(await deps.executions.running()).toEqual([WAITING]);
      expect(await verifyAll(copy, again.url, [ENDED])).toEqual([]);
      const [lock] = await deps.locks.all();
      expect(lock).toMatchObject({ lock_id: "everything", mode: "freeze_all", locked_by: "buddy backup" });
      const operators = await deps.auditLog.chain("operators", "operators");
      expect(operators.map(({ type, actor }) => [type, actor])).toContainEqual(["locked", "buddy backup"]);
    } finally {
      await again.stop();
    }
    const secrets = join(copy, "secrets.json");
    expect(await readFile(secrets, "utf8")).toContain("canary of a secret");
    if (process.platform !== "win32") expect((await lstat(secrets)).mode & 0o077).toBe(0);
  });

  it("a backup is of one moment: what was written together is there together, whatever is written meanwhile", async () => {
    await mkdir(data);
    const { table, stop } = await startDatabase(join(data, "database"));
    let done = false;
    const writing = (async () => {
      for (let n = 0; !done; n += 1) {
        const body = `${n} ${"x".repeat(20_000)}`;
        await Promise.all(["a", "b", "c"].map((sk) => table.put({ pk: `p${n % 50}`, sk, body })));
      }
    })();
    for (const name of ["one", "two", "three"]) {
      expect(await buddy("backup", join(root, name), "--data", data)).toMatchObject({ code: EXIT.ok, err: "" });
    }
    done = true;
    await writing;
    await stop();
    for (const name of ["one", "two", "three"]) {
      const copied = await startDatabase(join(root, name, "database"));
      for (let n = 0; n < 50; n += 1) {
        const bodies = (await copied.table.query(`p${n}`)).map(({ body }) => body);
        expect([0, 3]).toContain(bodies.length);
        expect(new Set(bodies).size).toBeLessThanOrEqual(1);
      }
      await copied.stop();
    }
  });

  it.each<[string, () => Promise<string>, RegExp]>([
    ["into a folder that is there", async () => mkdir(copy, { recursive: true }).then(() => copy), /is there already/],
    ["into the data folder itself", async () => join(data, "copy"), /is in the data folder itself/],
    ["of a folder without data", async () => copy, /there is no data in .*: say where it is with --data/],
  ])("a backup is not made %s, and leaves nothing behind", async (_, where, words) => {
    await mkdir(data);
    const { code, err } = await buddy("backup", await where(), "--data", data);
    expect(code).toBe(EXIT.conflict);
    expect(err).toMatch(words);
    expect(await readdir(data)).toEqual([]);
    expect(await readdir(join(root, "copies")).catch(() => [])).not.toContain("friday.unfinished");
  });

  it("a backup is not made of a file that is damaged, and says so", async () => {
    await mkdir(data);
    const database = await startDatabase(join(data, "database"));
    for (let n = 0; n < 50; n += 1) await database.table.put({ pk: "p", sk: String(n), body: "x".repeat(5_000) });
    await database.stop();
    const path = join(data, "database", "buddy.sqlite");
    const bytes = await readFile(path);
    await writeFile(path, bytes.fill(0xff, 3 * 8_192, 6 * 8_192));
    const { code, err } = await buddy("backup", copy, "--data", data);
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain(`the database in ${join(data, "database")} failed`);
    expect(await readdir(join(root, "copies"))).toEqual([]);
  });
});
