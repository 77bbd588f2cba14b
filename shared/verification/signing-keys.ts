import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import type { ManifestSignature } from "../artifacts/manifest.ts";
import { Surprise } from "../plan/surprise.ts";

/** A public key that manifests may be signed with. */
export type SigningKey = { readonly key: KeyObject; readonly algorithm: "EdDSA" | "ES256"; readonly key_id: string };

/** The given text holds no public key that manifests are signed with. */
export class NotASigningKey extends Surprise {
  override readonly name = "NotASigningKey";
  constructor(why: string, options?: ErrorOptions) {
    super(`not a public key of Ed25519 or P-256 in PEM: ${why}`, options);
  }
}

const BLOCK = /-----BEGIN [A-Z ]+-----[\s\S]*?-----END [A-Z ]+-----/g;

/** The public keys in PEM text, one block after the other: the present key and those before it. @throws NotASigningKey */
export const signingKeys = (pem: string): SigningKey[] => {
  const blocks = pem.match(BLOCK) ?? [];
  if (blocks.length === 0) throw new NotASigningKey("there is no PEM block");
  return blocks.map(signingKey);
};

const signingKey = (block: string): SigningKey => {
  if (block.includes("PRIVATE")) throw new NotASigningKey("it is a private key, which nobody but the signer may hold");
  const key = publicKey(block);
  return { key, algorithm: algorithmOf(key), key_id: fingerprint(key) };
};

const publicKey = (block: string): KeyObject => {
  try {
    return createPublicKey(block);
  } catch (cause) {
    throw new NotASigningKey(cause instanceof Error ? cause.message : String(cause), { cause });
  }
};

const algorithmOf = (key: KeyObject): SigningKey["algorithm"] => {
  if (key.asymmetricKeyType === "ed25519") return "EdDSA";
  if (key.asymmetricKeyType === "ec" && key.asymmetricKeyDetails?.namedCurve === "prime256v1") return "ES256";
  throw new NotASigningKey(`it is of the kind ${key.asymmetricKeyType ?? "unknown"}`);
};

/** As manifests of one machine name their key: the first 32 hex digits of SHA-256 over its DER form (SPKI). */
export const fingerprint = (key: KeyObject): string =>
  createHash("sha256")
    .update(key.export({ type: "spki", format: "der" }))
    .digest("hex")
    .slice(0, 32);

const BASE64URL = /^[A-Za-z0-9_-]+$/;

/**
 * True where `signature` was made over `payload` with `key`. A text that is not the one base64url form of its bytes is
 * not a signature: two texts must not pass for one.
 */
export const isSignedBy = (payload: string, signature: ManifestSignature, { key, algorithm }: SigningKey): boolean => {
  const bytes = Buffer.from(signature.value, "base64url");
  if (!BASE64URL.test(signature.value) || bytes.toString("base64url") !== signature.value) return false;
  if (signature.algorithm !== algorithm) return false;
  return algorithm === "EdDSA"
    ? verify(null, Buffer.from(payload), key, bytes)
    : verify("sha256", Buffer.from(payload), { key, dsaEncoding: "ieee-p1363" }, bytes);
};
