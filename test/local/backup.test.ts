import { cp, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { tablePorts } from "../../functions/adapters/table/index.ts";
import { ontoCopy } from "../../local/database/copy-failed.ts";
import { startDatabase } from "../../local/database/database.ts";
import { snapshot } from "../../local/database/snapshot.ts";
import { setSecret } from "../../local/secrets-file.ts";
import { startServer } from "../../local/server.ts";
import { beginCopy } from "../../local/unfinished-copy.ts";
import { numbers } from "../ports/records.ts";
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
      await mkdir(join(data, "webhooks"));
      await writeFile(join(data, "webhooks", "mine.json"), "what notices are signed with");
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
    expect(await readFile(join(copy, "webhooks", "mine.json"), "utf8")).toBe("what notices are signed with");
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
    [
      "under the name of a link that leads nowhere",
      async () => {
        await mkdir(join(root, "copies"));
        return symlink(join(root, "nowhere"), copy).then(() => copy);
      },
      /is there already/,
    ],
    ["into the data folder itself", async () => join(data, "copy"), /is in the data folder itself/],
    [
      "into the data folder by a link to it",
      async () => {
        await symlink(data, join(root, "link"));
        return join(root, "link", "deep", "copy");
      },
      /is in the data folder itself/,
    ],
    [
      "below a file",
      async () => writeFile(join(root, "file"), "").then(() => join(root, "file", "copy")),
      /a part of the name is a file/,
    ],
    [
      "behind a link that leads nowhere",
      async () => symlink(join(root, "nowhere"), join(root, "link")).then(() => join(root, "link", "copy")),
      /a link that leads nowhere, has that name/,
    ],
    ["of a folder without data", async () => copy, /there is no data in .*: say where it is with --data/],
  ])("a backup is not made %s, and leaves nothing behind", async (_, where, words) => {
    await mkdir(data);
    const { code, err } = await buddy("backup", await where(), "--data", data);
    expect(code).toBe(EXIT.conflict);
    expect(err).toMatch(words);
    expect(await readdir(data)).toEqual([]);
    const beside = await readdir(join(root, "copies")).catch(() => []);
    expect(beside.filter((name) => name.includes("unfinished"))).toEqual([]);
  });

  /** A data folder with one record, and a file that records name. */
  const oneRecord = async (): Promise<void> => {
    await mkdir(join(data, "outputs"), { recursive: true });
    await writeFile(join(data, "outputs", "manifest.json"), "{}");
    const { table, stop } = await startDatabase(join(data, "database"));
    await table.put({ pk: "p", sk: "s", body: "kept" });
    await stop();
  };
  const mustBeWhole = async (folder: string): Promise<void> => {
    const { table, stop } = await startDatabase(join(folder, "database"), "was there");
    expect(await table.get({ pk: "p", sk: "s" })).toMatchObject({ body: "kept" });
    await stop();
    expect(await readdir(join(folder, "outputs"))).toEqual(["manifest.json"]);
  };

  it.each<[string, () => Promise<void>, string]>([
    [
      "whose signing key is gone",
      () => rm(join(data, "keys"), { recursive: true }),
      "signing-key.pem is gone, and this data folder has records that it signed",
    ],
    [
      "whose signing key is damaged",
      async () => {
        for (const file of ["signing-key.pem", "signing-key.pub.pem"]) await writeFile(join(data, "keys", file), "");
      },
      "signing-key.pem does not hold a key: this data folder has records that it signed",
    ],
    ["whose token key is damaged", () => truncate(join(data, "token.key")), "token.key does not hold a key"],
  ])(
    "a backup is not made of a folder %s, also while its server goes on with it, and says how to have one",
    async (_, lose, words) => {
      await recordedFolder(data);
      await buddy("data", "take-over", "--data", data);
      await cp(data, join(root, "kept"), { recursive: true });
      const server = await start(data);
      try {
        await lose();
        const { code, err } = await buddy("backup", copy, "--data", data);
        expect(code).toBe(EXIT.conflict);
        expect(err).toContain("no backup is made, for it could not be started: ");
        expect(err).toContain(words);
        expect(err).toMatch(/put (?:it|the folder .*) back from a backup/u);
        expect(err).toContain(data);
        expect(err).not.toContain("unfinished");
        expect(await readdir(join(root, "copies"))).toEqual([]);
        for (const name of ["keys", "token.key"])
          await cp(join(root, "kept", name), join(data, name), { recursive: true });
        expect(await buddy("backup", copy, "--data", data)).toMatchObject({ code: EXIT.ok, err: "" });
      } finally {
        await server.stop();
      }
      await (await start(copy)).stop();
    },
  );

  it("a backup is made of a folder that goes on with a new signing key, as a start on it would", async () => {
    await recordedFolder(data);
    await buddy("data", "take-over", "--data", data);
    await rm(join(data, "keys", "signing-key.pem"));
    await writeFile(join(data, "keys", "signing-key.pub.pem"), "none\n");
    expect(await buddy("backup", copy, "--data", data)).toMatchObject({ code: EXIT.ok, err: "" });
    expect(await readdir(join(copy, "keys"))).toEqual(["signing-key.pub.pem"]);
    await (await start(copy)).stop();
  });

  it("a backup is locked once, and behind a stop whose event its chain had not taken yet", async () => {
    await recordedFolder(data);
    await buddy("data", "take-over", "--data", data);
    const before = await startDatabase(join(data, "database"));
    const entry = { type: "live_disabled", at: "2026-01-31T12:00:00.000Z", actor: "olga", body: { reason: "night" } };
    await tablePorts(before.table).pendingStops.put({ entry, after: 0 });
    await before.stop();
    expect(await buddy("backup", copy, "--data", data)).toMatchObject({ code: EXIT.ok });
    const after = await startDatabase(join(copy, "database"));
    try {
      const { auditLog, pendingStops } = tablePorts(after.table);
      const stops = (await auditLog.chain("operators", "operators")).map(({ type, actor }) => `${type} ${actor}`);
      expect(stops.slice(-2)).toEqual(["live_disabled olga", "locked buddy backup"]);
      expect(stops.filter((each) => each === "locked buddy backup")).toHaveLength(1);
      expect(await pendingStops.all()).toEqual([]);
    } finally {
      await after.stop();
    }
  });

  it("several backups to one folder at once make one whole copy, and the others are refused", async () => {
    await oneRecord();
    const ended = await Promise.all(numbers(4).map(() => buddy("backup", copy, "--data", data)));
    expect(ended.filter(({ code }) => code === EXIT.ok)).toHaveLength(1);
    for (const { err } of ended.filter(({ code }) => code !== EXIT.ok)) {
      expect(err).toMatch(/another backup to .* is under way|is there already/);
    }
    expect(await readdir(join(root, "copies"))).toEqual(["friday"]);
    await mustBeWhole(copy);
  });

  it("a backup leaves another alone that is under way, and removes what a killed one left", async () => {
    await oneRecord();
    const begun = await beginCopy(copy);
    await writeFile(join(String(begun?.folder), "theirs"), "");
    const refused = await buddy("backup", copy, "--data", data);
    expect(refused).toMatchObject({ code: EXIT.conflict, err: expect.stringContaining("is under way") });
    expect(await readdir(String(begun?.folder))).toEqual(["theirs"]);
    await begun?.end();
    for (const left of ["friday.unfinished", "friday.unfinished-a1B2c3", "friday.unfinished-list"]) {
      await mkdir(join(root, "copies", left));
    }
    await writeFile(join(root, "copies", "friday.unfinished-a1B2c3.held"), "");
    expect(await buddy("backup", copy, "--data", data)).toMatchObject({ code: EXIT.ok, err: "" });
    expect(await readdir(join(root, "copies"))).toEqual(["friday", "friday.unfinished-list"]);
    await mustBeWhole(copy);
  });

  it("a backup holds its place without a byte written, so that a full disk keeps neither it nor the next from what is left", async () => {
    const begun = await beginCopy(copy);
    const beside = (await readdir(join(root, "copies"))).sort();
    expect(beside).toEqual([begun?.folder, `${begun?.folder}.held`].map((path) => basename(String(path))));
    expect((await lstat(`${begun?.folder}.held`)).size).toBe(0);
    await begun?.end();
    expect(await readdir(join(root, "copies"))).toEqual([]);
  });

  it("a backup that its target's disk refuses says so of the target, and nothing of the data folder", async () => {
    await oneRecord();
    await writeFile(join(root, "copies"), "a file, where a folder was meant");
    const { code, err } = await buddy("backup", copy, "--data", data);
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain(`the copy in ${copy} failed: a part of the name is a file, not a folder`);
    const database = join(data, "database");
    const made = snapshot(database, join(root, "nowhere"), copy);
    await expect(made).rejects.toThrow(`the copy in ${copy} failed: unable to open database file; name a folder`);
  });

  it("a backup onto a full disk says which disk that is", async () => {
    const full = () => {
      const db = new DatabaseSync(":memory:");
      try {
        db.exec("PRAGMA max_page_count = 1; CREATE TABLE more (text TEXT)");
      } finally {
        db.close();
      }
    };
    const words = `the copy in ${copy} failed: its disk is full; make room there, or name a folder elsewhere`;
    await expect(ontoCopy(copy, async () => full())).rejects.toThrow(words);
    const refused = Object.assign(new Error("ENOSPC"), { code: "ENOSPC", syscall: "copyfile" });
    await expect(ontoCopy(copy, () => Promise.reject(refused))).rejects.toThrow(words);
    const defect = new TypeError("no refusal of a disk");
    await expect(ontoCopy(copy, () => Promise.reject(defect))).rejects.toBe(defect);
  });

  it("a backup is not made of a database file that is empty", async () => {
    await oneRecord();
    await truncate(join(data, "database", "buddy.sqlite"));
    const { code, err } = await buddy("backup", copy, "--data", data);
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain(`the database in ${join(data, "database")} failed: its file is empty; put it back`);
    expect(await readdir(join(root, "copies"))).toEqual([]);
  });

  it.each<[string, (path: string) => Promise<void>, string]>([
    ["gone", (path) => rm(path), "its file is gone; put it back from a backup"],
    ["empty", (path) => truncate(path), "its file is empty; put it back from a backup"],
  ])("a folder that was served does not start as a new one when its database file is %s", async (_, lose, words) => {
    await (await start(data)).stop();
    await lose(join(data, "database", "buddy.sqlite"));
    await expect(start(data)).rejects.toThrow(words);
    const left = (await readdir(join(data, "database"))).filter((name) => !["database.held", "leveldb"].includes(name));
    expect(await Promise.all(left.map(async (name) => (await lstat(join(data, "database", name))).size))).toEqual(
      left.map(() => 0),
    );
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
