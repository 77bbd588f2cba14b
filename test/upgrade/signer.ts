import { createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { Signer } from "../../shared/ports/signer.ts";
import { fingerprint } from "../../shared/verification/signing-keys.ts";

/** An Ed25519 key that is the same in every run, so that a recording is, too: PKCS #8 around thirty-two zeros. */
const PREFIX = Buffer.from("302e020100300506032b657004220420", "hex");
const privateKey = createPrivateKey({ key: Buffer.concat([PREFIX, Buffer.alloc(32)]), format: "der", type: "pkcs8" });
const publicKey = createPublicKey(privateKey);

export const publicKeyPem = String(publicKey.export({ type: "spki", format: "pem" }));

export const sameSigner: Signer = {
  sign: async (payload) => ({
    algorithm: "EdDSA",
    key_id: fingerprint(publicKey),
    value: sign(null, Buffer.from(payload), privateKey).toString("base64url"),
  }),
};
