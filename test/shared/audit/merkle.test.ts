import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ChainHead, merkleRoot } from "../../../shared/audit/merkle.ts";
import { canonicalJson } from "../../../shared/plan/digest.ts";

const hashes = fc.stringMatching(/^[0-9a-f]{64}$/);
const heads: fc.Arbitrary<ChainHead[]> = fc.uniqueArray(
  fc.record({ chain: fc.string(), seq: fc.integer({ min: 1, max: 1000 }), hash: hashes }),
  { selector: (head) => head.chain, maxLength: 20 },
);

const sha256 = (...parts: (string | Buffer)[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const head = (chain: string): ChainHead => ({ chain, seq: 1, hash: "0".repeat(64) });
const leaf = (each: ChainHead) => sha256("\u0000", canonicalJson(each));
const node = (left: Buffer, right: Buffer) => sha256("\u0001", left, right);

describe("the Merkle root over chain heads", () => {
  it("the Merkle root of nothing is the hash of nothing", () => {
    expect(merkleRoot([])).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  });

  it("the Merkle root splits five leaves into four and one, with prefixes that tell leaves from nodes", () => {
    const [a, b, c, d, e] = [head("a"), head("b"), head("c"), head("d"), head("e")] as const;
    const four = node(node(leaf(a), leaf(b)), node(leaf(c), leaf(d)));
    expect(merkleRoot([e, c, a, d, b])).toBe(node(four, leaf(e)).toString("hex"));
    expect(merkleRoot([a])).toBe(leaf(a).toString("hex"));
  });

  it("the Merkle root does not depend on the order in which heads are given", () => {
    fc.assert(
      fc.property(heads, fc.infiniteStream(fc.nat()), (list, keys) => {
        const shuffled = list
          .map((each) => ({ each, key: keys.next().value }))
          .sort((one, other) => one.key - other.key)
          .map(({ each }) => each);
        expect(merkleRoot(shuffled)).toBe(merkleRoot(list));
      }),
    );
  });

  it("the Merkle root changes with any head that is changed, added or left out", () => {
    fc.assert(
      fc.property(
        heads.filter((list) => list.length > 0),
        fc.nat(),
        hashes,
        (list, pick, hash) => {
          const place = pick % list.length;
          const root = merkleRoot(list);
          const without = list.filter((_, n) => n !== place);
          const longer = list.map((each, n) => (n === place ? { ...each, seq: each.seq + 1 } : each));
          const forged = list.map((each, n) => (n === place ? { ...each, hash } : each));
          expect(merkleRoot(without)).not.toBe(root);
          expect(merkleRoot(longer)).not.toBe(root);
          if (hash !== list[place]?.hash) expect(merkleRoot(forged)).not.toBe(root);
        },
      ),
    );
  });

  it("the Merkle root refuses two heads of one chain", () => {
    expect(() => merkleRoot([head("a"), head("b"), { ...head("a"), seq: 2 }])).toThrow("chain a has two heads");
  });
});
