import { createPublicKey } from "node:crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { startDatabase } from "../../local/database/database.ts";
import { startServer } from "../../local/server.ts";
import { verifyAll } from "../processes/verify.ts";
import { buddy, ENDED, recordedFolder } from "./recorded-folder.ts";

let root: string;
let folder: string;
let keys: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "buddy-key-gone-"));
  folder = join(root, "data");
  keys = join(folder, "keys");
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Starts a server, and says of which executions the record does not verify by the folder's keys. */
const unverified = async () => {
  const server = await startServer({ data_dir: folder, port: 0, live_enabled: false, registry_open: true });
  return verifyAll(folder, server.url, [ENDED]).finally(() => server.stop());
};

const start = () => buddy("start", "--port", "0", "--data", folder);

describe("a data folder whose signing key is gone", () => {
  const pem = join("keys", "signing-key.pub.pem");
  beforeEach(async () => {
    await recordedFolder(folder);
    await buddy("data", "take-over", "--data", folder);
    await cp(keys, join(root, "kept"), { recursive: true });
    await rm(keys, { recursive: true });
  });

  it("a data folder with records is not started without the key that signed them, says why, and starts with it again", async () => {
    const { code, err } = await start();
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain("signing-key.pem is gone, and this data folder has records that it signed");
    expect(err).toContain("from a backup");
    expect(err).toContain(join(folder, pem));
    expect(err).not.toContain("    at ");
    expect(await readdir(folder)).not.toContain("keys");
    await cp(join(root, "kept"), keys, { recursive: true });
    expect(await unverified()).toEqual([]);
  });

  it("a data folder with records goes on with a new signing key beside the earlier public one, by which they verify", async () => {
    const earlier = createPublicKey(await readFile(join(root, "kept", "signing-key.pem")));
    await mkdir(keys);
    await writeFile(join(folder, pem), earlier.export({ type: "spki", format: "pem" }));
    expect(await unverified()).toEqual([]);
    expect((await readFile(join(folder, pem), "utf8")).match(/BEGIN/gu)).toHaveLength(2);
  });

  it.each(["", "no key"])(
    "a data folder with records is not started by a public key's file that holds %j",
    async (text) => {
      await mkdir(keys);
      await writeFile(join(folder, pem), text);
      expect((await start()).code).toBe(EXIT.conflict);
      expect(await readdir(keys)).toEqual(["signing-key.pub.pem"]);
    },
  );

  it("a data folder with records goes on without any earlier key where a person says so: they verify no more", async () => {
    await mkdir(keys);
    await writeFile(join(folder, pem), "none\n");
    expect(await unverified()).toEqual([expect.stringContaining("verifies as TAMPERED")]);
    expect((await readFile(join(folder, pem), "utf8")).match(/BEGIN/gu)).toHaveLength(1);
  });
});

describe("a data folder whose signing key is damaged", () => {
  const pem = join("keys", "signing-key.pub.pem");
  beforeEach(async () => {
    await recordedFolder(folder);
    await buddy("data", "take-over", "--data", folder);
    await cp(keys, join(root, "kept"), { recursive: true });
    for (const file of ["signing-key.pem", "signing-key.pub.pem"]) await writeFile(join(keys, file), "");
  });

  it("a data folder with records is not told that its damaged signing key need only be removed: the words start it", async () => {
    const { code, err } = await start();
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain("signing-key.pem does not hold a key: this data folder has records that it signed");
    expect(err).toContain(`put the folder ${keys} back from a backup`);
    expect(err).toContain(`remove that file, and put the earlier public one at ${join(folder, pem)}`);
    expect(err).not.toContain("to get a new one");
    const earlier = createPublicKey(await readFile(join(root, "kept", "signing-key.pem")));
    await rm(join(keys, "signing-key.pem"));
    await writeFile(join(folder, pem), earlier.export({ type: "spki", format: "pem" }));
    expect(await unverified()).toEqual([]);
  });

  it("a data folder with records whose earlier public key stands beside the damaged one starts when that is removed, as it is told", async () => {
    const earlier = createPublicKey(await readFile(join(root, "kept", "signing-key.pem")));
    await writeFile(join(folder, pem), earlier.export({ type: "spki", format: "pem" }));
    expect((await start()).err).toContain("put it back from a backup, or remove it to get a new one");
    await rm(join(keys, "signing-key.pem"));
    expect(await unverified()).toEqual([]);
  });
});

describe("a new data folder", () => {
  const starts = async () => {
    const server = await startServer({ data_dir: folder, port: 0, live_enabled: false, registry_open: true });
    await server.stop();
    return (await readdir(keys)).toSorted();
  };
  const KEYS = ["signing-key.pem", "signing-key.pub.pem"];

  it("a new data folder gets a key, also where a start ended between its database and the key", async () => {
    const database = await startDatabase(join(folder, "database"));
    await database.stop();
    await mkdir(join(folder, "definitions"));
    await writeFile(join(folder, "definitions", "d.json"), "{}");
    expect(await starts()).toEqual(KEYS);
    await rm(keys, { recursive: true });
    // Nothing that a start puts there before anybody submits is signed.
    expect(await starts()).toEqual(KEYS);
  });

  it("a new data folder keeps the key that a start made which ended before its database", async () => {
    expect(await starts()).toEqual(KEYS);
    const made = await readFile(join(keys, "signing-key.pem"), "utf8");
    for (const name of await readdir(folder)) if (name !== "keys") await rm(join(folder, name), { recursive: true });
    expect(await starts()).toEqual(KEYS);
    expect(await readFile(join(keys, "signing-key.pem"), "utf8")).toBe(made);
  });
});
