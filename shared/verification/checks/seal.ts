import { type Manifest, numberedManifest } from "../../artifacts/manifest.ts";
import { merkleRoot } from "../../audit/merkle.ts";
import { beyond, placeOf } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { Check } from "./check.ts";
import { checkSealedHead } from "./sealed-head.ts";

/** Every manifest's heads are in the chains as they stand, its root is that of its heads, and nothing stands behind the last. */
export const seal: Check = {
  name: "seal",
  run: (verified, findings) => {
    let examined = 0;
    const ascending = [...verified.manifests].sort(([one], [other]) => one - other);
    for (const [place, [number, manifest]] of ascending.entries()) {
      const name = numberedManifest(number);
      checkRoot(name, manifest, findings);
      for (const head of manifest.chain_heads) {
        checkSealedHead(verified.chains.get(head.chain) ?? [], head, name, findings);
      }
      checkGrowth(name, ascending[place - 1]?.[1], manifest, findings);
      examined += manifest.chain_heads.length;
    }
    const after = beyond(verified.chains, verified.latest);
    const [first] = after;
    if (verified.latest !== undefined && first !== undefined) {
      const name = numberedManifest(verified.latest.number);
      const message = `${after.length} events came after it, the first is ${placeOf(first)}: the execution was taken up again and is not sealed since`;
      findings.incomplete(name, message);
    }
    return examined;
  },
};

const checkRoot = (name: string, manifest: Manifest, findings: Findings): void => {
  const chains = manifest.chain_heads.map(({ chain }) => chain);
  if (new Set(chains).size !== chains.length) {
    findings.tampered(name, "it names a chain twice");
    return;
  }
  const expected = merkleRoot(manifest.chain_heads);
  if (manifest.merkle_root !== expected) {
    findings.tampered(name, "its Merkle root is not that of its chain heads", {
      expected,
      found: manifest.merkle_root,
    });
  }
};

/** A head that was sealed once stays: no chain is shorter, or gone, in a later manifest. */
const checkGrowth = (name: string, before: Manifest | undefined, after: Manifest, findings: Findings): void => {
  const heads = new Map(after.chain_heads.map(({ chain, seq }) => [chain, seq]));
  for (const { chain, seq } of before?.chain_heads ?? []) {
    const later = heads.get(chain) ?? 0;
    if (later >= seq) continue;
    findings.tampered(name, `it seals less of ${chain} than the manifest before it`, {
      expected: `at least #${seq}`,
      found: `#${later}`,
    });
  }
};
