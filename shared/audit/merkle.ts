import { hash } from "node:crypto";
import { z } from "zod";
import { canonicalJson } from "../plan/digest.ts";

/** The last link of a chain: sealing it seals all links before it. */
export const chainHead = z.strictObject({ chain: z.string(), seq: z.number().int().positive(), hash: z.string() });
export type ChainHead = z.infer<typeof chainHead>;

const LEAF = Buffer.from([0]);
const NODE = Buffer.from([1]);

const sha256 = (...parts: readonly Buffer[]): Buffer => hash("sha256", Buffer.concat(parts), "buffer");

/** Heads by chain name, in code-unit order. @throws RangeError when a chain has two heads. */
export const sortHeads = (heads: readonly ChainHead[]): ChainHead[] => {
  const sorted = [...heads].sort((one, other) => (one.chain < other.chain ? -1 : 1));
  const twice = sorted.find((head, place) => head.chain === sorted[place + 1]?.chain);
  if (twice !== undefined) throw new RangeError(`chain ${twice.chain} has two heads`);
  return sorted;
};

/**
 * Merkle tree hash (RFC 6962, section 2.1) over the heads by chain name, as lower-case hex: SHA-256, leaves prefixed
 * with 0x00 and nodes with 0x01, so that no node passes for a leaf. A leaf is the canonical JSON of a head. The root of
 * no heads is the hash of nothing. @throws RangeError when a chain has two heads.
 */
export const merkleRoot = (heads: readonly ChainHead[]): string =>
  treeHash(sortHeads(heads).map((head) => sha256(LEAF, Buffer.from(canonicalJson(head))))).toString("hex");

const treeHash = (leaves: readonly Buffer[]): Buffer => {
  const [first, second] = leaves;
  if (first === undefined) return sha256();
  if (second === undefined) return first;
  const left = largestPowerOfTwoBelow(leaves.length);
  return sha256(NODE, treeHash(leaves.slice(0, left)), treeHash(leaves.slice(left)));
};

const largestPowerOfTwoBelow = (size: number): number => 2 ** (Math.ceil(Math.log2(size)) - 1);
