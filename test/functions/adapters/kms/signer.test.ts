import { generateKeyPairSync, sign, verify } from "node:crypto";
import { KMSClient, SignCommand } from "@aws-sdk/client-kms";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joseSignature, MalformedSignature } from "../../../../functions/adapters/kms/jose-signature.ts";
import { kmsSigner, NotSigned } from "../../../../functions/adapters/kms/signer.ts";
import { mockedClient } from "../../../harness/mocked-client.ts";

const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

const holds = (payload: string, value: string): boolean =>
  verify(
    "sha256",
    Buffer.from(payload),
    { key: publicKey, dsaEncoding: "ieee-p1363" },
    Buffer.from(value, "base64url"),
  );

describe("the signature of KMS, as JOSE writes it", () => {
  it("a signature of KMS, written as JOSE does, fits its payload, whatever zeros its numbers begin with", () => {
    fc.assert(
      fc.property(fc.string(), (payload) => {
        const value = joseSignature(sign("sha256", Buffer.from(payload), privateKey));
        expect(Buffer.from(value, "base64url")).toHaveLength(64);
        expect(holds(payload, value)).toBe(true);
        expect(holds(`${payload}.`, value)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  it("a signature of KMS, written as JOSE does, has small numbers with the zeros that DER leaves out", () => {
    const value = Buffer.from(joseSignature(Uint8Array.of(0x30, 6, 0x02, 1, 1, 0x02, 1, 2)), "base64url");
    expect([value[31], value[63]]).toEqual([1, 2]);
    expect(value.filter((octet) => octet !== 0)).toHaveLength(2);
  });

  it("a signature of KMS that is cut short, has more behind it, or is something else is refused", () => {
    const der = sign("sha256", Buffer.from("payload"), privateKey);
    const wrong = [der.subarray(0, -1), Buffer.concat([der, Buffer.of(0)]), Buffer.from("no signature"), Buffer.of()];
    for (const each of wrong) expect(() => joseSignature(each)).toThrow(MalformedSignature);
  });
});

describe("the signer of a deployment", () => {
  const kms = mockedClient(KMSClient);

  it("the signer of a deployment sends the digest of the payload, so that its length does not matter, and names the key", async () => {
    kms.reset();
    const payload = "x".repeat(10_000);
    kms.on(SignCommand).resolves({ Signature: sign("sha256", Buffer.from(payload), privateKey), KeyId: "arn:key" });
    const signed = await kmsSigner(new KMSClient({}), "alias/key").sign(payload);
    expect(signed).toMatchObject({ algorithm: "ES256", key_id: "arn:key" });
    expect(holds(payload, signed.value)).toBe(true);
    const [sent] = kms.commandCalls(SignCommand);
    expect(sent?.args[0].input).toMatchObject({ KeyId: "alias/key", MessageType: "DIGEST" });
    expect(sent?.args[0].input.Message).toHaveLength(32);
  });

  it("the signer of a deployment does not pass an answer without a signature for one", async () => {
    kms.reset();
    kms.on(SignCommand).resolves({});
    await expect(kmsSigner(new KMSClient({}), "alias/key").sign("x")).rejects.toThrow(NotSigned);
  });
});
