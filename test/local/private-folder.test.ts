import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { EXIT } from "../../cli/exit-codes.ts";
import { runBuddy } from "../../cli/program.ts";
import { localPrograms } from "../../cli/terminal/local-programs.ts";
import { privateFolder } from "../../local/private-folder.ts";
import { startServer } from "../../local/server.ts";
import { localSigner } from "../../local/signing-key.ts";
import { isSignedBy, signingKeys } from "../../shared/verification/signing-keys.ts";
import { fakeContext } from "../cli/fake-context.ts";

let root: string;
let folder: string;
const umask = process.umask();
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "buddy-private-"));
  folder = join(root, "data");
});
afterEach(async () => {
  process.umask(umask);
  await rm(root, { recursive: true, force: true });
});

const start = async (): Promise<void> => {
  const server = await startServer({ data_dir: folder, port: 0, live_enabled: false, registry_open: true });
  await server.stop();
};

/** The rights of others to anything in the folder, as `path mode`. */
const open = async (): Promise<string[]> => {
  const entries = await readdir(folder, { recursive: true });
  const modes = await Promise.all(
    ["", ...entries].map(async (name) => ({ name, mode: (await lstat(join(folder, name))).mode & 0o777 })),
  );
  return modes.filter(({ mode }) => (mode & 0o077) !== 0).map(({ name, mode }) => `${name} ${mode.toString(8)}`);
};

describe.skipIf(process.platform === "win32")("the data folder of one machine", () => {
  it("the data folder is its owner's alone, with everything that is written into it", async () => {
    process.umask(0o022);
    await start();
    expect(await readdir(folder)).toEqual(expect.arrayContaining(["database", "keys", "token.key"]));
    expect(await open()).toEqual([]);
  });

  it("the data folder is closed where it was there before, with what was in it, and nothing else that lies beside", async () => {
    process.umask(0o022);
    await start();
    await mkdir(join(folder, "bodies", "executions", "e1"), { recursive: true });
    await writeFile(join(folder, "bodies", "executions", "e1", "submission.json"), "{}");
    await writeFile(join(folder, "notes.txt"), "mine");
    for (const name of ["", ...(await readdir(folder, { recursive: true }))]) {
      const path = join(folder, name);
      await chmod(path, (await lstat(path)).isDirectory() ? 0o755 : 0o644);
    }
    await chmod(join(folder, "token.key"), 0o600);
    await chmod(join(folder, "keys"), 0o700);
    await symlink(join(root, "elsewhere"), join(folder, "bodies", "link"));
    await writeFile(join(root, "elsewhere"), "not ours");
    await chmod(join(root, "elsewhere"), 0o644);
    await start();
    expect((await open()).filter((line) => !line.startsWith("bodies/link "))).toEqual(["notes.txt 644"]);
    expect((await lstat(join(root, "elsewhere"))).mode & 0o777).toBe(0o644);
  });

  it("the data folder is not a folder that everybody shares", async () => {
    await mkdir(folder);
    await chmod(folder, 0o1777);
    await expect(privateFolder(folder)).rejects.toThrow("everybody shares it");
    expect((await lstat(folder)).mode & 0o1777).toBe(0o1777);
  });
});

describe("a start that cannot be", () => {
  const buddy = async () => {
    const fake = fakeContext({});
    const context = { ...fake.context, local: localPrograms, interrupted: async () => {} };
    const code = await runBuddy(context, ["start", "--port", "0", "--data", folder]);
    return { code, err: fake.stderr() };
  };

  it("a start whose data folder is a file says so, and that another is to be chosen", async () => {
    await writeFile(folder, "a file");
    const { code, err } = await buddy();
    expect(code).toBe(EXIT.usage);
    expect(err).toContain(
      `the data folder ${folder} cannot be used: a file, or a link that leads nowhere, has that name`,
    );
    expect(err).not.toContain("    at ");
  });

  it("a start whose data folder is below a file, or has no name, says so in words", async () => {
    await writeFile(folder, "a file");
    folder = join(folder, "in");
    expect((await buddy()).err).toContain("cannot be used: a part of the name is a file, not a folder");
    folder = "";
    const { code, err } = await buddy();
    expect({ code, err }).toMatchObject({
      code: EXIT.usage,
      err: expect.stringContaining("--data, or $BUDDY_DATA, is empty"),
    });
  });

  it.each([
    ["token.key", "half a ke", "does not hold a key"],
    ["keys/signing-key.pem", "no PEM", "does not hold a key"],
    ["database/buddy.sqlite", "something where the database was", "cannot be opened"],
  ])("a start says in words that %s is damaged", async (name, content, words) => {
    await start();
    await rm(join(folder, name), { recursive: true });
    await writeFile(join(folder, name), content, { mode: 0o600 });
    const { code, err } = await buddy();
    expect(code).toBe(EXIT.conflict);
    expect(err).toContain(words);
    expect(err).toContain(join(folder, name.split("/")[0] ?? ""));
    expect(err).not.toContain("    at ");
    expect(err).not.toContain("defect");
  });
});

const noRecords = async () => false;

describe("the public key that manifests are verified with", () => {
  it("the public key of manifests is made again where it was lost, the same, and where the file holds no key", async () => {
    await localSigner(folder, noRecords);
    const path = join(folder, "signing-key.pub.pem");
    const pem = await readFile(path, "utf8");
    await rm(path);
    const again = await localSigner(folder, noRecords);
    expect(await readFile(path, "utf8")).toBe(pem);
    await writeFile(path, "no key");
    const third = await localSigner(folder, noRecords);
    expect(await readFile(path, "utf8")).toBe(pem);
    expect(await third.sign("a")).toEqual(await again.sign("a"));
  });

  it("the public key of manifests is kept where the private one was lost, behind the new one, and verifies as before", async () => {
    const before = await localSigner(folder, noRecords);
    const signature = await before.sign("sealed before");
    const path = join(folder, "signing-key.pub.pem");
    const [old] = signingKeys(await readFile(path, "utf8"));
    await rm(join(folder, "signing-key.pem"));
    const after = await localSigner(folder, async () => true);
    await writeFile(
      path,
      `${await readFile(path, "utf8")}-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n`,
    );
    await localSigner(folder, noRecords);
    const keys = signingKeys(await readFile(path, "utf8"));
    expect(keys.map(({ key_id }) => key_id)).toEqual([(await after.sign("a")).key_id, old?.key_id]);
    expect(keys.some((key) => isSignedBy("sealed before", signature, key))).toBe(true);
    expect(keys.some((key) => isSignedBy("sealed otherwise", signature, key))).toBe(false);
  });
});
