import { z } from "zod";
import { type ChainHead, chainHead, sortHeads } from "../audit/merkle.ts";
import { canonicalJson, digestOf, digestOfBytes } from "../plan/digest.ts";
import { identifier } from "../plan/tool-execution-plan.ts";
import { timestamp } from "./artifact.ts";

export const MANIFEST_NAME = "manifest.json";
/** Each manifest holds its predecessor's digest, so each stays readable under its number. */
export const numberedManifest = (number: number): string => `manifest-${number}.json`;

export const isNumberedManifest = (name: string): boolean => /^manifest-\d+\.json$/.test(name);

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/);

export const manifestSignature = z.strictObject({
  /** As JOSE names it: EdDSA, ES256 ... */
  algorithm: z.string().min(1),
  key_id: z.string().min(1),
  /** Over the bytes of `payloadToSign`; base64url. */
  value: z.string().min(1),
});
export type ManifestSignature = z.infer<typeof manifestSignature>;

export const unsignedManifest = z.strictObject({
  /** Keeps a signature made for a manifest from passing for anything else. */
  type: z.literal("buddy.manifest/v1"),
  execution_id: identifier,
  /** From 1: a finished execution that is rolled back or reconciled later is sealed again. */
  number: z.number().int().positive(),
  /** Digest of the manifest before it; null for the first. */
  previous_digest: sha256Hex.nullable(),
  created_at: timestamp,
  /** SHA-256 of the bytes of each artifact, by name. */
  artifacts: z.array(z.strictObject({ name: z.string(), sha256: sha256Hex, bytes: z.number().int().nonnegative() })),
  /** By chain name. */
  chain_heads: z.array(chainHead),
  merkle_root: sha256Hex,
  /**
   * Head of the operators' chain when this was sealed, null while that had no events: it belongs to no execution, so
   * every manifest seals it as far as it went. Manifests of earlier releases do not tell.
   */
  operators_head: chainHead.nullable().exactOptional(),
  /** Of what the requests to people say, as they stood (`requestsDigest`). Manifests of earlier releases do not tell. */
  requests_digest: sha256Hex.exactOptional(),
});
export type UnsignedManifest = z.infer<typeof unsignedManifest>;

/** manifest.json. Signature null: this deployment has no key; everything but its origin can still be verified. */
export const manifest = unsignedManifest.extend({ signature: manifestSignature.nullable() });
export type Manifest = z.infer<typeof manifest>;

export type ManifestInput = {
  readonly execution_id: string;
  readonly number: number;
  /** The manifest before it; null exactly for number 1. */
  readonly previous: Manifest | null;
  readonly created_at: string;
  readonly files: readonly { readonly name: string; readonly content: string }[];
  readonly heads: readonly ChainHead[];
  readonly merkle_root: string;
  readonly operators_head?: ChainHead | null;
  readonly requests_digest?: string;
};

/** @throws RangeError when the number does not follow its predecessor's, or a file or a chain is named twice. */
export const buildManifest = (input: ManifestInput): UnsignedManifest => {
  const { execution_id, number, previous, created_at, files, heads, merkle_root, operators_head, requests_digest } =
    input;
  if (number !== (previous?.number ?? 0) + 1 || (previous !== null && previous.execution_id !== execution_id)) {
    throw new RangeError(`manifest ${number} of ${execution_id} does not follow ${describe(previous)}`);
  }
  if (new Set(files.map(({ name }) => name)).size !== files.length) throw new RangeError("a file is named twice");
  return unsignedManifest.parse({
    type: "buddy.manifest/v1",
    execution_id,
    number,
    previous_digest: previous === null ? null : manifestDigest(previous),
    created_at,
    artifacts: files.map(({ name, content }) => ({
      name,
      sha256: digestOfBytes(content),
      bytes: Buffer.byteLength(content),
    })),
    chain_heads: sortHeads(heads),
    merkle_root,
    ...(operators_head === undefined ? {} : { operators_head }),
    ...(requests_digest === undefined ? {} : { requests_digest }),
  });
};

const describe = (previous: Manifest | null): string =>
  previous === null ? "no manifest" : `manifest ${previous.number} of ${previous.execution_id}`;

/** The exact text that is signed: canonical JSON of everything but the signature. */
export const payloadToSign = (unsigned: UnsignedManifest | Manifest): string =>
  canonicalJson(withoutSignature(unsigned));

export const attachSignature = (unsigned: UnsignedManifest, signature: ManifestSignature | null): Manifest => ({
  ...unsigned,
  signature,
});

/** Names a manifest in its successor. The signature is left out: signing again, where that gives other bytes, changes nothing. */
export const manifestDigest = (sealed: UnsignedManifest | Manifest): string =>
  digestOf("manifest", withoutSignature(sealed));

const withoutSignature = (sealed: UnsignedManifest | Manifest): UnsignedManifest => {
  if (!("signature" in sealed)) return sealed;
  const { signature: _signature, ...unsigned } = sealed;
  return unsigned;
};

export const renderManifest = (sealed: Manifest): string => `${JSON.stringify(manifest.parse(sealed), null, 2)}\n`;
