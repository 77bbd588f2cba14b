import { type Manifest, numberedManifest } from "../../artifacts/manifest.ts";
import { merkleRoot } from "../../audit/merkle.ts";
import { beyond, type Case } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { Check } from "./check.ts";

/** Every manifest's heads are in the chains as they stand, its root is that of its heads, and nothing stands behind the last. */
export const seal: Check = {
  name: "seal",
  run: (verified, findings) => {
    let examined = 0;
    const ascending = [...verified.manifests].sort(([one], [other]) => one - other);
    for (const [place, [number, manifest]] of ascending.entries()) {
      const name = numberedManifest(number);
      checkRoot(name, manifest, findings);
      checkHeads(verified, name, manifest, findings);
      checkGrowth(name, ascending[place - 1]?.[1], manifest, findings);
      examined += manifest.chain_heads.length;
    }
    const after = beyond(verified.chains, verified.latest);
    if (verified.latest !== undefined && after > 0) {
      const name = numberedManifest(verified.latest.number);
      const message = `${after} events came after it: the execution was taken up again and is not sealed since`;
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

const checkHeads = ({ chains }: Case, name: string, manifest: Manifest, findings: Findings): void => {
  for (const { chain, seq, hash } of manifest.chain_heads) {
    const event = chains.get(chain)?.find((candidate) => candidate.seq === seq);
    if (event === undefined) {
      const last = chains.get(chain)?.at(-1)?.seq ?? 0;
      findings.tampered(`${chain} #${seq}`, `${name} seals this event and it is not there: the end was cut off`, {
        expected: `${seq} events`,
        found: `the last is #${last}`,
      });
    } else if (event.hash !== hash) {
      findings.tampered(`${chain} #${seq}`, `it is not the event that ${name} seals`, {
        expected: hash,
        found: event.hash,
      });
    }
  }
};

/** What was sealed once stays: no chain is shorter, or gone, in a later manifest. */
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
