import files from "node:fs";
import promises, { mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { jsonLines } from "../../functions/adapters/log/json-lines.ts";
import { CopyFailed } from "../../local/database/copy-failed.ts";
import { startDatabase } from "../../local/database/database.ts";
import { DatabaseUnusable } from "../../local/database/failures.ts";
import { takeOver } from "../../local/database/take-over.ts";
import { startServer } from "../../local/server.ts";

/** The disk does nothing of this unless a test says so. */
const disk = {
  /** The error of a write to that path, if any. */
  refuses: (_path: string): Error | undefined => undefined,
  room: true,
  access: undefined as string | undefined,
};

const [{ writeFile: written }, { statfsSync, accessSync }] = [promises, files];
const fakes = {
  writeFile: (async (path, ...given) => {
    const refusal = disk.refuses(String(path));
    if (refusal !== undefined) throw refusal;
    return written(path, ...given);
  }) as typeof written,
  statfsSync: ((path: string) => ({ ...statfsSync(path), ...(disk.room ? {} : { bavail: 0 }) })) as typeof statfsSync,
  accessSync: ((path: string, mode: number) => {
    if (disk.access !== undefined) throw coded(disk.access, "access", path);
    accessSync(path, mode);
  }) as typeof accessSync,
};
/** Modules that have imported these by name have the others from then on. */
const replace = (by: typeof fakes): void => {
  promises.writeFile = by.writeFile;
  Object.assign(files, { statfsSync: by.statfsSync, accessSync: by.accessSync });
  syncBuiltinESMExports();
};
beforeAll(() => replace(fakes));
afterAll(() => replace({ writeFile: written, statfsSync, accessSync }));

/** As the file system makes them: one of a write that was begun names no path. */
const coded = (code: string, syscall: string, path?: string): Error =>
  Object.assign(new Error(`${code}: words of the machine, ${syscall}`), {
    ...{ code, syscall },
    ...(path === undefined ? {} : { path }),
  });

const ofSqlite = (errcode: number, words: string): Error => Object.assign(new Error(words), { errcode });

let root = "";
let data = "";
const umask = process.umask();
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "buddy-refusing-"));
  data = join(root, "data");
});
afterEach(async () => {
  Object.assign(disk, { refuses: () => undefined, room: true, access: undefined });
  process.umask(umask);
  await rm(root, { recursive: true, force: true });
});

const options = () => ({
  ...{ data_dir: data, port: 0, live_enabled: false, registry_open: true, log_details: false },
  ...{ allowed_hosts: [], networks: [], allowed_commands: [], slack_people: {} },
});
const refusalOf = (work: () => Promise<unknown>): Promise<unknown> =>
  work().then(
    () => "it was done",
    (error: unknown) => error,
  );

describe("a start on a disk that refuses", () => {
  const names = [
    "definitions",
    "keys/signing-key.pem",
    "keys/signing-key.pub.pem",
    "token.key",
    "database/database.lock",
  ];

  it.each(names)(
    "a start whose disk is full says so in one line and with code 6, whatever it writes: %s",
    async (file) => {
      disk.refuses = (path) => (path.startsWith(join(data, file)) ? coded("ENOSPC", "write") : undefined);
      const refusal = await refusalOf(() => localPrograms.startServer(options()));
      expect(refusal).toMatchObject({ exit_code: EXIT.conflict });
      const said = refusal instanceof Error ? refusal.message : "";
      expect(said).toMatch(/its disk is full; make room: nothing of this was written, and what was answered is kept$/u);
      expect(said).toContain(data);
      expect(said).not.toContain("\n");
      disk.refuses = () => undefined;
      await (await startServer(options())).stop();
    },
  );

  it.each([
    ["ENOSPC", "its disk is full"],
    ["EDQUOT", "your share of its disk is used up"],
    ["EROFS", "its disk is read-only"],
    ["EACCES", "this process may not read and write there"],
    ["EIO", "its disk failed"],
    ["EMFILE", "too many files are open"],
  ])("a start that is refused a file with %s says what that is, and which file", async (code, words) => {
    disk.refuses = (path) => (path.includes("definitions") ? coded(code, "open", path) : undefined);
    const refusal = await refusalOf(() => localPrograms.startServer(options()));
    expect(refusal).toMatchObject({ exit_code: EXIT.conflict, message: expect.stringContaining(words) });
    expect(refusal).toMatchObject({ message: expect.stringMatching(/\(.*definitions.[0-9a-f]{64}\.json\)/u) });
    expect(refusal).toMatchObject({ message: expect.not.stringContaining("backup") });
  });

  it("a start is told which name of its folder is taken by something else", async () => {
    await (await startServer(options())).stop();
    await rm(join(data, "definitions"), { recursive: true });
    await writeFile(join(data, "definitions"), "");
    const refusal = await refusalOf(() => localPrograms.startServer(options()));
    expect(refusal).toMatchObject({
      exit_code: EXIT.conflict,
      message: expect.stringContaining("a part of the name is a file, not a folder"),
    });
    await rm(join(data, "keys"), { recursive: true });
    await symlink(join(root, "nowhere"), join(data, "keys"));
    await rm(join(data, "definitions"));
    expect(await refusalOf(() => localPrograms.startServer(options()))).toMatchObject({
      exit_code: EXIT.conflict,
      message: expect.stringContaining("a link that leads nowhere, has that name"),
    });
  });

  it("a start that finds a damaged token key says no more than that", async () => {
    await (await startServer(options())).stop();
    await writeFile(join(data, "token.key"), "");
    const told: string[] = [];
    const refusal = await refusalOf(() =>
      localPrograms.startServer({ ...options(), tell: (line) => void told.push(line) }),
    );
    expect(refusal).toMatchObject({
      exit_code: EXIT.conflict,
      message: expect.stringContaining("does not hold a key"),
    });
    expect(told).toEqual([]);
    expect(await readdir(join(data, "database"))).not.toContain("database.lock");
  });
});

describe("a database whose disk refuses", () => {
  const said = (cause: Error): string => new DatabaseUnusable(root, "failed", cause).message;
  const [ioError, cannotOpen, readOnly] = [
    ofSqlite(4874, "disk I/O error"),
    ofSqlite(14, "unable to open database file"),
    ofSqlite(8, "attempt to write a readonly database"),
  ];
  const levelError = new Error("Database failed to open", { cause: coded("LEVEL_IO_ERROR", "open") });

  it.each([ioError, cannotOpen, levelError])(
    "a database that a full disk refuses is not called damaged (%s)",
    (cause) => {
      disk.room = false;
      expect(said(cause)).toContain("its disk is full; make room");
    },
  );

  it.each([ioError, cannotOpen, readOnly, levelError, coded("EROFS", "open", "/x/database.lock")])(
    "a database on a read-only disk is not called damaged (%s)",
    (cause) => {
      disk.access = "EROFS";
      expect(said(cause)).toContain("its disk is read-only; make that writable");
    },
  );

  it.each([ioError, cannotOpen, readOnly, coded("EACCES", "open", "/x/database.lock")])(
    "a database of which another user has files says whose right is missing (%s)",
    (cause) => {
      disk.access = "EACCES";
      expect(said(cause)).toContain("this process may not read and write there; let the user of this process do so");
    },
  );

  it.each([ioError, levelError, coded("EIO", "fdatasync")])(
    "a database whose disk failed names the disk, and nobody puts an older copy in the place of good records (%s)",
    (cause) => {
      expect(said(cause)).toContain("its disk failed; look at the disk");
      expect(said(cause)).not.toContain("backup");
    },
  );

  it.each([
    ofSqlite(522, "disk I/O error"),
    ofSqlite(8202, "disk I/O error"),
    ofSqlite(11, "malformed"),
    ofSqlite(26, "not one"),
    new Error("its file is gone"),
  ])("a database whose file is not what was written is put back from a backup, also on a full disk (%s)", (cause) => {
    disk.room = false;
    expect(said(cause)).toContain("put it back from a backup");
  });

  it("a database whose lock cannot be written says which trouble the disk has, at a start and a take-over", async () => {
    disk.refuses = (path) => (path.endsWith("database.lock") ? coded("EROFS", "open", path) : undefined);
    for (const open of [() => startDatabase(root), () => takeOver(root, () => undefined)]) {
      await expect(open()).rejects.toThrow(`the database in ${root} cannot be opened: its disk is read-only`);
    }
  });

  it("a log tells which trouble the disk has, also where it writes no words of errors", () => {
    disk.room = false;
    const lines: string[] = [];
    const log = jsonLines({ least: "warn", write: (line) => lines.push(line) });
    log.error("a request failed", {}, new DatabaseUnusable(root, "failed", ioError));
    log.error("a request failed", {}, new Error("around it", { cause: new DatabaseUnusable(root, "failed", ioError) }));
    log.error("a request failed", {}, ioError);
    const words =
      "the database failed: its disk is full; make room: nothing of this was written, and what was answered is kept";
    expect(lines.map((line) => JSON.parse(line).error_message)).toEqual([words, words, undefined]);
  });

  it("a copy on a disk that refuses names the trouble that SQLite has no word for", () => {
    disk.room = false;
    expect(new CopyFailed(join(root, "copy"), ioError).message).toContain("its disk is full; make room there, or");
    Object.assign(disk, { room: true, access: "EROFS" });
    const ofDatabase = new DatabaseUnusable(root, "cannot be opened", cannotOpen);
    expect(new CopyFailed(join(root, "copy"), ofDatabase).message).toContain("its disk is read-only; name a folder");
  });
});
