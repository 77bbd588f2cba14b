import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { join } from "node:path";
import { makeFolder } from "../functions/adapters/files/make-folder.ts";
import { makeOnce, readIfThere, writeAtomically } from "../functions/adapters/files/write-atomically.ts";
import { Surprise } from "../shared/plan/surprise.ts";
import type { Signer } from "../shared/ports/signer.ts";
import { NotASigningKey, signingKeys } from "../shared/verification/signing-keys.ts";
import { KeyDamaged, NEW_ONE } from "./tokens.ts";

const FILE = "signing-key.pem";
const PUBLIC_FILE = "signing-key.pub.pem";

/** The word that a person writes in place of the public key, where nobody has that any more. */
const GIVEN_UP = "none";

/** Remedies where the key that signed records cannot be used; `first` is what goes before a new one. */
const withRecords = (folder: string, first: string): string =>
  `put the folder ${folder} back from a backup. To go on with a new key, ${first}put the earlier public one at ${join(folder, PUBLIC_FILE)}, by which they are verified; where nobody has it, a file there that says "${GIVEN_UP}": they verify no more, and read as TAMPERED`;

/** Records were sealed with a key that is not there: a new one alone would show every one of them as forged. */
export class SigningKeyGone extends Surprise {
  override readonly name = "SigningKeyGone";
  constructor(folder: string) {
    super(`${join(folder, FILE)} is gone, and this data folder has records that it signed: ${withRecords(folder, "")}`);
  }
}

/**
 * The Ed25519 key of this machine's manifests, made at the first start, for its owner alone. The public key beside it,
 * which people give to whoever verifies, is made again from it where it is lost.
 * @param folder of the keys
 * @param hasRecords whether something may be signed already: asked where the key is not there
 * @throws KeyDamaged, SigningKeyGone where it is not there, has signed, and nothing beside it says how to go on
 */
export const localSigner = async (folder: string, hasRecords: () => Promise<boolean>): Promise<Signer> => {
  const key = await readOrMake(folder, hasRecords);
  const publicKey = createPublicKey(key);
  await keepPublic(join(folder, PUBLIC_FILE), publicKey);
  const key_id = keyIdOf(publicKey);
  return {
    sign: async (payload) => ({
      algorithm: "EdDSA",
      key_id,
      value: sign(null, Buffer.from(payload), key).toString("base64url"),
    }),
  };
};

const readOrMake = async (folder: string, hasRecords: () => Promise<boolean>): Promise<KeyObject> => {
  const there = await readKey(folder, hasRecords, folder);
  if (there !== undefined) return there;
  await makeFolder(folder, 0o700);
  const { privateKey } = generateKeyPairSync("ed25519");
  await makeOnce(join(folder, FILE), privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  // Another process may have made one first.
  return readOrMake(folder, hasRecords);
};

/**
 * The key in `folder`, which the words of a refusal call `called`: nothing where a start may make one.
 * @throws KeyDamaged, SigningKeyGone
 */
const readKey = async (
  folder: string,
  hasRecords: () => Promise<boolean>,
  called: string,
): Promise<KeyObject | undefined> => {
  const needed = async (): Promise<boolean> => !(await saysHowToGoOn(folder)) && (await hasRecords());
  const pem = await readIfThere(join(folder, FILE));
  if (pem === undefined) {
    if (await needed()) throw new SigningKeyGone(called);
    return undefined;
  }
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    const remedy = (await needed())
      ? `this data folder has records that it signed: ${withRecords(called, "remove that file, and ")}`
      : NEW_ONE;
    throw new KeyDamaged(join(called, FILE), remedy, cause);
  }
};

/**
 * Refuses what a start on a copy of `folder` would, in words of the folder: there a person puts right what is missing.
 * @throws KeyDamaged, SigningKeyGone
 */
export const mustHoldSigner = async (
  copy: string,
  hasRecords: () => Promise<boolean>,
  folder: string,
): Promise<void> => {
  await readKey(copy, hasRecords, folder);
};

/** Nobody leaves either by a copy that broke off: that leaves no file, or an empty one. */
const saysHowToGoOn = async (folder: string): Promise<boolean> => {
  const stands = (await readIfThere(join(folder, PUBLIC_FILE))) ?? "";
  return stands.trim() === GIVEN_UP || publicKeysIn(stands).length > 0;
};

/**
 * Other keys that stand there are kept behind it: where this machine's was lost or replaced, what was sealed before is
 * verified by those.
 */
const keepPublic = async (path: string, key: KeyObject): Promise<void> => {
  const stands = await readIfThere(path);
  const others = publicKeysIn(stands ?? "").filter((other) => !other.equals(key));
  const pem = [key, ...others].map((each) => each.export({ type: "spki", format: "pem" }).toString()).join("");
  if (stands !== pem) await writeAtomically(path, pem);
};

const BLOCK = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/g;

/** Keys that cannot be read are left out, whatever stands beside them. */
const publicKeysIn = (text: string): KeyObject[] =>
  (text.match(BLOCK) ?? []).flatMap((block) => {
    try {
      return signingKeys(block).map(({ key }) => key);
    } catch (error) {
      if (error instanceof NotASigningKey) return [];
      throw error;
    }
  });

const keyIdOf = (key: KeyObject): string =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 32);
