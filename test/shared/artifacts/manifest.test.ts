import { createHash, generateKeyPairSync, sign, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import {
  attachSignature,
  buildManifest,
  type ManifestInput,
  manifest,
  manifestDigest,
  payloadToSign,
  renderManifest,
} from "../../../shared/artifacts/manifest.ts";
import { merkleRoot } from "../../../shared/audit/merkle.ts";

const heads = [
  { chain: "step:s1", seq: 4, hash: "b".repeat(64) },
  { chain: "execution", seq: 2, hash: "a".repeat(64) },
];

const input = (changes: Partial<ManifestInput> = {}): ManifestInput => ({
  execution_id: "exec-1",
  number: 1,
  previous: null,
  created_at: "2026-03-01T10:05:00.000Z",
  files: [
    { name: "tool_execution_log.jsonl", content: '{"tool":"é"}\n' },
    { name: "rollback_events.jsonl", content: "" },
  ],
  heads,
  merkle_root: merkleRoot(heads),
  ...changes,
});
const signature = { algorithm: "EdDSA", key_id: "key-1", value: "c2ln" };

describe("a manifest", () => {
  it("a manifest holds the digest and size of the bytes of every file, and the heads by chain", () => {
    const built = buildManifest(input());
    expect(built.artifacts[0]).toEqual({
      name: "tool_execution_log.jsonl",
      sha256: createHash("sha256").update(Buffer.from('{"tool":"é"}\n', "utf8")).digest("hex"),
      bytes: 14,
    });
    expect(built.chain_heads.map(({ chain }) => chain)).toEqual(["execution", "step:s1"]);
    expect(built.merkle_root).toBe(merkleRoot(heads));
  });

  it("a manifest reads back as it was written", () => {
    const sealed = attachSignature(buildManifest(input()), signature);
    expect(manifest.parse(JSON.parse(renderManifest(sealed)))).toEqual(sealed);
  });

  it("a manifest carries a signature that fits its payload, also after it was written and read", () => {
    const { publicKey, privateKey } = generateKeyPairSync("ed25519");
    const unsigned = buildManifest(input());
    const value = sign(null, Buffer.from(payloadToSign(unsigned)), privateKey).toString("base64url");
    const read = manifest.parse(JSON.parse(renderManifest(attachSignature(unsigned, { ...signature, value }))));
    const fits = (text: string) =>
      verify(null, Buffer.from(text), publicKey, Buffer.from(read.signature?.value ?? "", "base64url"));
    expect(fits(payloadToSign(read))).toBe(true);
    expect(fits(payloadToSign({ ...read, merkle_root: "0".repeat(64) }))).toBe(false);
  });

  it("a manifest names its predecessor by a digest that does not depend on the signature", () => {
    const first = buildManifest(input());
    const second = buildManifest(input({ number: 2, previous: attachSignature(first, signature) }));
    expect(second.previous_digest).toBe(manifestDigest(first));
    expect(second.previous_digest).toBe(manifestDigest(attachSignature(first, { ...signature, value: "b3RoZXI" })));
    expect(manifestDigest({ ...first, created_at: "2026-03-01T10:06:00.000Z" })).not.toBe(second.previous_digest);
  });

  it("a manifest refuses a number that does not follow, another execution's predecessor, and a file named twice", () => {
    const first = attachSignature(buildManifest(input()), null);
    expect(() => buildManifest(input({ number: 2 }))).toThrow("manifest 2 of exec-1 does not follow no manifest");
    expect(() => buildManifest(input({ number: 3, previous: first }))).toThrow(RangeError);
    expect(() => buildManifest(input({ number: 2, previous: first, execution_id: "exec-2" }))).toThrow(RangeError);
    const twice = [...input().files, ...input().files];
    expect(() => buildManifest(input({ files: twice }))).toThrow("a file is named twice");
  });
});
