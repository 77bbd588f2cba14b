import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Signer } from "../shared/ports/signer.ts";

const FILE = "signing-key.pem";

/** The Ed25519 key of this machine's manifests, made at the first start; readable by its owner only. */
export const localSigner = async (folder: string): Promise<Signer> => {
  const key = await readOrMake(folder);
  const key_id = keyIdOf(createPublicKey(key));
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
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  try {
    // `wx`: of two first starts one makes the key, and both read it.
    await writeFile(join(folder, FILE), privateKey.export({ type: "pkcs8", format: "pem" }), {
      flag: "wx",
      mode: 0o600,
    });
    await writeFile(join(folder, "signing-key.pub.pem"), publicKey.export({ type: "spki", format: "pem" }));
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  return createPrivateKey(await readFile(join(folder, FILE)));
};

const keyIdOf = (key: KeyObject): string =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 32);
