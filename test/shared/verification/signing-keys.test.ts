import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isSignedBy, NotASigningKey, signingKeys } from "../../../shared/verification/signing-keys.ts";

const pemOf = (key: { export(options: { type: "spki"; format: "pem" }): string | Buffer }): string =>
  String(key.export({ type: "spki", format: "pem" }));

const ed = generateKeyPairSync("ed25519");
const ec = generateKeyPairSync("ec", { namedCurve: "P-256" });
const signed = {
  EdDSA: sign(null, Buffer.from("text"), ed.privateKey).toString("base64url"),
  ES256: sign("sha256", Buffer.from("text"), { key: ec.privateKey, dsaEncoding: "ieee-p1363" }).toString("base64url"),
};

describe("a signature", () => {
  it.each([
    ["EdDSA", pemOf(ed.publicKey)],
    ["ES256", pemOf(ec.publicKey)],
  ] as const)("a signature of %s holds for its text, its key and its algorithm only", (algorithm, pem) => {
    const [key] = signingKeys(pem);
    if (key === undefined) throw new Error("no key");
    const other = algorithm === "EdDSA" ? "ES256" : "EdDSA";
    const by = (value: string, named: string) => ({ algorithm: named, key_id: key.key_id, value });
    expect(isSignedBy("text", by(signed[algorithm], algorithm), key)).toBe(true);
    expect(isSignedBy("texts", by(signed[algorithm], algorithm), key)).toBe(false);
    expect(isSignedBy("text", by(signed[other], algorithm), key)).toBe(false);
    expect(isSignedBy("text", by(signed[algorithm], other), key)).toBe(false);
  });

  it("a signature has one text: padding and unused bits are not overlooked", () => {
    const [key] = signingKeys(pemOf(ed.publicKey));
    if (key === undefined) throw new Error("no key");
    const sameBytes = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"]
      .map((last) => signed.EdDSA.slice(0, -1) + last)
      .filter((value) => Buffer.from(value, "base64url").equals(Buffer.from(signed.EdDSA, "base64url")));
    expect(sameBytes.length).toBeGreaterThan(1);
    const passing = [...sameBytes, `${signed.EdDSA}=`, `${signed.EdDSA}\n`].filter((value) =>
      isSignedBy("text", { algorithm: "EdDSA", key_id: key.key_id, value }, key),
    );
    expect(passing).toEqual([signed.EdDSA]);
  });
});

describe("a file of keys", () => {
  it("a file of keys may have several, and all are read", () => {
    expect(signingKeys(pemOf(ed.publicKey) + pemOf(ec.publicKey)).map(({ algorithm }) => algorithm)).toEqual([
      "EdDSA",
      "ES256",
    ]);
  });

  it("a file of keys is refused when it holds none, a private one, or one of another kind", () => {
    const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const secret = String(ed.privateKey.export({ type: "pkcs8", format: "pem" }));
    for (const pem of [
      "",
      "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
      secret,
      pemOf(rsa.publicKey),
    ]) {
      expect(() => signingKeys(pem)).toThrow(NotASigningKey);
    }
  });
});
