import { randomUUID } from "node:crypto";
import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { makeFolder } from "../functions/adapters/files/make-folder.ts";
import { ifThere } from "../functions/adapters/files/write-atomically.ts";
import { SHORTEST_SECRET } from "../functions/tools/known-secrets.ts";
import { secretName } from "../shared/contracts/binding/auth.ts";
import type { SecretFamily } from "../shared/contracts/binding/secret-family.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import type { SecretNames, Secrets } from "../shared/ports/secrets.ts";
import { holding } from "./database/held-file.ts";

/** The secrets cannot be used, or one cannot be kept, as its words say. */
export class SecretsUnusable extends Surprise {
  override readonly name = "SecretsUnusable";
}

const family = z.record(z.string(), z.string()).default({});
const kept = z.strictObject({ read: family, write: family });
type Kept = z.infer<typeof kept>;

/** A command holds the file for milliseconds. */
const LONGEST_WAIT_MS = 10_000;

const FAMILIES: readonly SecretFamily[] = ["read", "write"];

const fileOf = (data_dir: string): string => join(data_dir, "secrets.json");

/** @throws SecretsUnusable where others can read the file, or it is none of ours */
const readAll = async (data_dir: string): Promise<Kept> => {
  const path = fileOf(data_dir);
  const found = await ifThere(stat(path));
  if (found === undefined) return { read: {}, write: {} };
  // Windows keeps no such bits; there the folder's access list protects it.
  if (process.platform !== "win32" && (found.mode & 0o077) !== 0) {
    throw new SecretsUnusable(`${path} can be read by others: chmod 600 it, and replace the secrets that were in it`);
  }
  try {
    return kept.parse(JSON.parse(await readFile(path, "utf8")));
  } catch (cause) {
    // Its own words would quote the file.
    throw new SecretsUnusable(`${path} does not hold secrets: put it back from a copy, or remove it`, { cause });
  }
};

/** Private from its first moment; a reader sees the old file or the new. */
const writeAll = async (data_dir: string, secrets: Kept): Promise<void> => {
  const temporary = `${fileOf(data_dir)}.${randomUUID()}.tmp~`;
  try {
    await writeFile(temporary, `${JSON.stringify(secrets, null, 2)}\n`, { flag: "wx", mode: 0o600 });
    await rename(temporary, fileOf(data_dir));
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
};

/** Others that change the file wait, so that none writes over what another wrote. @throws SecretsUnusable */
const change = async <Value>(data_dir: string, work: (all: Kept) => Promise<Value>): Promise<Value> => {
  await makeFolder(data_dir, 0o700);
  const path = join(data_dir, "secrets.held");
  const done = await holding(path, LONGEST_WAIT_MS, async () => work(await readAll(data_dir)));
  if (done !== undefined) return done.value;
  const seconds = LONGEST_WAIT_MS / 1_000;
  throw new SecretsUnusable(
    `another command has been changing ${fileOf(data_dir)} for ${seconds} s: nothing was changed; try again`,
  );
};

/** `read/crm`: the family, and the name that contracts use. @throws SecretsUnusable */
const parseName = (full: string): { readonly family: SecretFamily; readonly name: string } => {
  const [first, ...rest] = full.split("/");
  const found = FAMILIES.find((each) => each === first);
  const name = secretName.safeParse(rest.join("/"));
  if (found === undefined || !name.success) {
    throw new SecretsUnusable("a secret's name begins with read/ or write/, as in write/crm: for DRY_RUN, or for LIVE");
  }
  return { family: found, name: name.data };
};

/** Keeps a secret under `read/<name>` or `write/<name>`, in place of one that was there. @throws SecretsUnusable */
export const setSecret = async (data_dir: string, full: string, text: string): Promise<void> => {
  const { family, name } = parseName(full);
  if (text.length < SHORTEST_SECRET) {
    throw new SecretsUnusable(
      `a secret has at least ${SHORTEST_SECRET} characters: a shorter one cannot be kept out of records`,
    );
  }
  await change(data_dir, async (all) => {
    await writeAll(data_dir, { ...all, [family]: { ...all[family], [name]: text } });
  });
};

/** @returns whether it was there. @throws SecretsUnusable */
export const removeSecret = async (data_dir: string, full: string): Promise<boolean> => {
  const { family, name } = parseName(full);
  return change(data_dir, async (all) => {
    if (!Object.hasOwn(all[family], name)) return false;
    const left = Object.entries(all[family]).filter(([each]) => each !== name);
    await writeAll(data_dir, { ...all, [family]: Object.fromEntries(left) });
    return true;
  });
};

/** Names, never texts: `read/crm`, by family and name. @throws SecretsUnusable */
export const listSecrets = async (data_dir: string): Promise<string[]> => {
  const all = await readAll(data_dir);
  return FAMILIES.flatMap((each) =>
    Object.keys(all[each])
      .sort()
      .map((name) => `${each}/${name}`),
  );
};

/** One family of the file, read anew each time: what is set while a server runs counts at once. */
export const fileSecrets = (data_dir: string, of: SecretFamily): Secrets => ({
  family: of,
  get: async (name) => {
    const all = await readAll(data_dir);
    return Object.hasOwn(all[of], name) ? all[of][name] : undefined;
  },
});

/** Which secrets there are, read anew each time. */
export const fileSecretNames = (data_dir: string): SecretNames => ({
  has: async (family, name) => Object.hasOwn((await readAll(data_dir))[family], name),
});
