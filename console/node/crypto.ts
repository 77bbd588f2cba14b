import { sha256 } from "@noble/hashes/sha2.js";
import { Buffer } from "./buffer.ts";

/**
 * The part of `node:crypto` that `shared/` uses, for a browser: what it checks there is checked by the same code. Digests
 * are made here; signatures only the browser's own code checks, which answers later than a pure function can wait.
 * So `verify` answers no to what nobody has asked yet, and remembers the question: `askBrowser` gets the answers, and
 * who runs the same again gets them at once.
 */
type Data = string | Uint8Array;

const bytesOf = (data: Data): Uint8Array => (typeof data === "string" ? Buffer.from(data) : data);

type Given = ReturnType<typeof Buffer.from>;
export function hash(algorithm: string, data: Data): string;
export function hash(algorithm: string, data: Data, output: "buffer"): Given;
export function hash(algorithm: string, data: Data, output: "hex" | "buffer" = "hex"): string | Given {
  if (algorithm !== "sha256") throw new TypeError(`${algorithm} is no digest that is used here`);
  const digest = Buffer.from(sha256(bytesOf(data)));
  return output === "hex" ? digest.toString("hex") : digest;
}

export const createHash = (algorithm: string) => {
  const parts: Uint8Array[] = [];
  const made = {
    update: (data: Data) => {
      parts.push(bytesOf(data));
      return made;
    },
    digest: (_encoding: "hex"): string => hash(algorithm, Buffer.concat(parts)),
  };
  return made;
};

/** DER forms (SPKI) of the two kinds of key, up to the key's own bytes: RFC 8410, RFC 5480 with an uncompressed point. */
const KINDS = [
  { begin: "302a300506032b6570032100", bytes: 32, asymmetricKeyType: "ed25519", asymmetricKeyDetails: {} },
  {
    begin: "3059301306072a8648ce3d020106082a8648ce3d030107034200",
    bytes: 65,
    asymmetricKeyType: "ec",
    asymmetricKeyDetails: { namedCurve: "prime256v1" },
  },
] as const;

export type KeyObject = {
  readonly asymmetricKeyType: "ed25519" | "ec";
  readonly asymmetricKeyDetails: { readonly namedCurve?: string };
  readonly export: (form?: { type: "spki"; format: "der" }) => Uint8Array;
  /** The key's own bytes. */
  readonly raw: Uint8Array;
};

/** @throws Error for what is no key of these kinds in PEM */
export const createPublicKey = (pem: string): KeyObject => {
  const base64 = pem.replaceAll(/-----[^-]+-----|\s/gu, "");
  const der = Buffer.from(base64, "base64url");
  const text = der.toString("hex");
  const kind = KINDS.find(({ begin, bytes }) => text.startsWith(begin) && text.length === begin.length + 2 * bytes);
  if (kind === undefined) throw new Error("it is no public key in PEM (SPKI) of Ed25519 or P-256");
  const { asymmetricKeyType, asymmetricKeyDetails } = kind;
  const raw = der.slice(kind.begin.length / 2);
  return { asymmetricKeyType, asymmetricKeyDetails, export: () => der, raw };
};

type Verified = KeyObject | { readonly key: KeyObject; readonly dsaEncoding: "ieee-p1363" };

type Question = { readonly key: KeyObject; readonly data: Uint8Array; readonly signature: Uint8Array };

const open = new Map<string, Question>();
const answers = new Map<string, boolean>();

/** Whether it is a signature of the key, as far as the browser was asked. */
export const verify = (_digest: "sha256" | null, given: Data, verified: Verified, signature: Uint8Array): boolean => {
  const key = "key" in verified ? verified.key : verified;
  const data = bytesOf(given);
  const name = [key.raw, sha256(data), signature].map((bytes) => Buffer.from(bytes).toString("hex")).join(" ");
  const known = answers.get(name);
  if (known === undefined) open.set(name, { key, data, signature });
  return known ?? false;
};

/** Asks the browser whatever `verify` was asked and could not answer. @returns how much that was */
export const askBrowser = async (): Promise<number> => {
  const asked = [...open];
  open.clear();
  for (const [name, question] of asked) answers.set(name, await isSigned(question));
  return asked.length;
};

const ECDSA = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };

const isSigned = async ({ key, data, signature }: Question): Promise<boolean> => {
  const algorithm = key.asymmetricKeyType === "ed25519" ? { name: "Ed25519" } : ECDSA;
  const imported = await crypto.subtle.importKey("spki", copyOf(key.export()), algorithm, false, ["verify"]);
  return crypto.subtle.verify(algorithm, imported, copyOf(signature), copyOf(data));
};

const copyOf = (bytes: Uint8Array): Uint8Array<ArrayBuffer> => new Uint8Array(bytes);
