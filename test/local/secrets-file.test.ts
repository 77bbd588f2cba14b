import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  fileSecretNames,
  fileSecrets,
  listSecrets,
  removeSecret,
  SecretsUnusable,
  setSecret,
} from "../../local/secrets-file.ts";
import { secretNamesSuite, secretsSuite } from "../ports/secrets.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "buddy-secrets-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

const keep = async (families: { readonly [family in "read" | "write"]: { readonly [name: string]: string } }) => {
  for (const family of ["read", "write"] as const) {
    for (const [name, text] of Object.entries(families[family])) await setSecret(folder, `${family}/${name}`, text);
  }
};

secretsSuite("in a file", async (families) => {
  await keep(families);
  return { read: fileSecrets(folder, "read"), write: fileSecrets(folder, "write") };
});

secretNamesSuite("in a file", async (families) => {
  await keep(families);
  return fileSecretNames(folder);
});

describe("the file of secrets", () => {
  it("the file of secrets is its owner's alone from the first moment, and lists names only", async () => {
    await setSecret(folder, "write/crm", "a text of some length");
    await setSecret(folder, "read/crm", "another text of some length");
    expect((await stat(join(folder, "secrets.json"))).mode & 0o777).toBe(0o600);
    expect(await listSecrets(folder)).toEqual(["read/crm", "write/crm"]);
  });

  it("the file of secrets loses none of those that are set and removed at once", async () => {
    await setSecret(folder, "read/old", "a text of some length");
    const names = Array.from({ length: 12 }, (_, n) => `write/crm-${n}`);
    await Promise.all([
      removeSecret(folder, "read/old"),
      ...names.map((name) => setSecret(folder, name, "a text of some length")),
    ]);
    expect(await listSecrets(folder)).toEqual(names.toSorted());
  });

  it("the file of secrets is refused where anybody else can read it, whatever is asked of it", async () => {
    await setSecret(folder, "read/crm", "a text of some length");
    await chmod(join(folder, "secrets.json"), 0o640);
    await expect(fileSecrets(folder, "read").get("crm")).rejects.toThrow("can be read by others: chmod 600 it");
    await expect(listSecrets(folder)).rejects.toThrow(SecretsUnusable);
    await expect(setSecret(folder, "read/other", "a text of some length")).rejects.toThrow(SecretsUnusable);
  });

  it("a file of secrets that is none is refused without quoting it", async () => {
    await writeFile(join(folder, "secrets.json"), '{"read": "canary-in-a-file"', { mode: 0o600 });
    await expect(listSecrets(folder)).rejects.toThrow(/^(?!.*canary).*does not hold secrets/);
  });

  it("the file of secrets takes what is set and forgets what is removed at once, also for who reads it already", async () => {
    const reading = fileSecrets(folder, "read");
    expect(await reading.get("crm")).toBeUndefined();
    await setSecret(folder, "read/crm", "a text of some length");
    expect(await reading.get("crm")).toBe("a text of some length");
    expect(await removeSecret(folder, "read/crm")).toBe(true);
    expect(await removeSecret(folder, "read/crm")).toBe(false);
    expect(await reading.get("crm")).toBeUndefined();
    expect(await readFile(join(folder, "secrets.json"), "utf8")).not.toContain("of some length");
  });

  it.each(["crm", "other/crm", "read/", "read/a b", "read/../x", "read/a/b"])(
    "the file of secrets has no secret called %s",
    async (name) => {
      await expect(setSecret(folder, name, "a text of some length")).rejects.toThrow("begins with read/ or write/");
    },
  );

  it("the file of secrets keeps no text that is too short to be kept out of records", async () => {
    await expect(setSecret(folder, "read/crm", "short")).rejects.toThrow("at least 8 characters");
  });
});
