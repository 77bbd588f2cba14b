import { createHash } from "node:crypto";
import { type KMSClient, SignCommand } from "@aws-sdk/client-kms";
import { Surprise } from "../../../shared/plan/surprise.ts";
import type { Signer } from "../../../shared/ports/signer.ts";
import { joseSignature } from "./jose-signature.ts";

/** KMS answered without a signature, which its API reference rules out. */
export class NotSigned extends Surprise {
  override readonly name = "NotSigned";
  constructor(keyId: string) {
    super(`KMS gave no signature with key ${keyId}`);
  }
}

/**
 * Signs with a key that never leaves KMS: ECDSA on P-256 over SHA-256, which JOSE calls ES256. Ed25519, as on one
 * machine, would need the whole text in the request, and KMS takes 4096 bytes of it; a manifest of many steps is longer.
 * @throws NotSigned, or what the client throws: a manifest without its signature is not published
 */
export const kmsSigner = (client: KMSClient, keyId: string): Signer => ({
  sign: async (payload) => {
    const Message = createHash("sha256").update(payload, "utf8").digest();
    const signed = await client.send(
      new SignCommand({ KeyId: keyId, Message, MessageType: "DIGEST", SigningAlgorithm: "ECDSA_SHA_256" }),
    );
    if (signed.Signature === undefined) throw new NotSigned(keyId);
    return { algorithm: "ES256", key_id: signed.KeyId ?? keyId, value: joseSignature(signed.Signature) };
  },
});
