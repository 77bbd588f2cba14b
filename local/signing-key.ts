import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { makeOnce, readIfThere, writeAtomically } from "../functions/adapters/files/write-atomically.ts";
import type { Signer } from "../shared/ports/signer.ts";
import { KeyDamaged } from "./tokens.ts";

const FILE = "signing-key.pem";
const PUBLIC_FILE = "signing-key.pub.pem";

/**
 * The Ed25519 key of this machine's manifests, made at the first start, for its owner alone. The public key beside it,
 * which people give to whoever verifies, is made again from it where it is lost or another's. @throws KeyDamaged
 */
export const localSigner = async (folder: string): Promise<Signer> => {
  const key = await readOrMake(folder);
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

const readOrMake = async (folder: string): Promise<KeyObject> => {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, FILE);
  if ((await readIfThere(path)) === undefined) {
    const { privateKey } = generateKeyPairSync("ed25519");
    await makeOnce(path, privateKey.export({ type: "pkcs8", format: "pem" }).toString());
  }
  const pem = await readFile(path);
  try {
    return createPrivateKey(pem);
  } catch (cause) {
    throw new KeyDamaged(path, cause);
  }
};

const keepPublic = async (path: string, key: KeyObject): Promise<void> => {
  const pem = key.export({ type: "spki", format: "pem" }).toString();
  if ((await readIfThere(path)) !== pem) await writeAtomically(path, pem);
};

const keyIdOf = (key: KeyObject): string =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 32);
