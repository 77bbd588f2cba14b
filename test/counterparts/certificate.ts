import { generateKeyPairSync, randomUUID, sign } from "node:crypto";

/** A certificate for this machine that signs itself: a client trusts it when it is told to, and nobody else does. */
export type Certificate = { readonly key: string; readonly cert: string };

const DAY_MS = 86_400_000;

/** One value of DER: its tag, the length of what it holds, and that. */
const der = (tag: number, ...content: readonly Buffer[]): Buffer => {
  const held = Buffer.concat(content);
  const bytes = held.length < 128 ? [held.length] : [0x82, held.length >> 8, held.length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...bytes]), held]);
};
const sequence = (...content: readonly Buffer[]): Buffer => der(0x30, ...content);
const set = (...content: readonly Buffer[]): Buffer => der(0x31, ...content);
const integer = (value: number): Buffer => der(0x02, Buffer.from([value]));
const identifier = (...bytes: readonly number[]): Buffer => der(0x06, Buffer.from(bytes));
const text = (value: string): Buffer => der(0x0c, Buffer.from(value));
const time = (at: Date): Buffer => der(0x18, Buffer.from(`${at.toISOString().replaceAll(/[-:T]|\.\d+/g, "")}`));

const ECDSA_WITH_SHA256 = sequence(identifier(0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02));
const COMMON_NAME = identifier(0x55, 0x04, 0x03);
const ALTERNATIVE_NAMES = identifier(0x55, 0x1d, 0x11);
const BASIC_CONSTRAINTS = identifier(0x55, 0x1d, 0x13);

/** Made anew each time (X.509 version 3, P-256), for `names` and 127.0.0.1, good for a day. */
export const makeCertificate = (names: readonly string[] = ["localhost"]): Certificate => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "prime256v1" });
  // Of its own: of two that are trusted under one name, the wrong one may be taken for the issuer.
  const name = sequence(set(sequence(COMMON_NAME, text(`a counterpart of the tests, ${randomUUID()}`))));
  const alternatives = sequence(
    ...names.map((each) => der(0x82, Buffer.from(each))),
    der(0x87, Buffer.from([127, 0, 0, 1])),
  );
  const now = Date.now();
  const toBeSigned = sequence(
    der(0xa0, integer(2)),
    integer(1),
    ECDSA_WITH_SHA256,
    name,
    sequence(time(new Date(now - DAY_MS)), time(new Date(now + DAY_MS))),
    name,
    publicKey.export({ type: "spki", format: "der" }),
    der(
      0xa3,
      sequence(
        sequence(ALTERNATIVE_NAMES, der(0x04, alternatives)),
        sequence(
          BASIC_CONSTRAINTS,
          der(0x01, Buffer.from([0xff])),
          der(0x04, sequence(der(0x01, Buffer.from([0xff])))),
        ),
      ),
    ),
  );
  const signature = der(0x03, Buffer.from([0]), sign("sha256", toBeSigned, privateKey));
  const whole = sequence(toBeSigned, ECDSA_WITH_SHA256, signature);
  const lines = whole.toString("base64").replaceAll(/.{64}/g, "$&\n");
  return {
    key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
  };
};
