import { SEALED_NAMES } from "../../artifacts/index.ts";
import { MANIFEST_NAME, type Manifest, manifestDigest, numberedManifest } from "../../artifacts/manifest.ts";
import type { Case } from "../case.ts";
import type { Findings } from "../finding.ts";
import type { Check } from "./check.ts";

const inOrder = (names: readonly string[]): string => names.toSorted().join(", ");

/**
 * Numbers without a gap, each with the digest of the one before, each naming all files that the release which wrote it
 * published: `sealed` is what the generations of releases list. A manifest says no generation. It names exactly one or
 * it is none of ours, and it can be made to name an earlier one only by who can sign: what it names is in its digest,
 * which the signature, its successor and whoever remembers it hold. A file that is there and not named is found where
 * artifacts are looked at.
 */
export const manifestsNaming = (sealed: readonly (readonly string[])[]): Check => ({
  name: "manifests",
  run: ({ manifests: all, latest, record, unsealed, remembered, alone }, findings) => {
    const generations = sealed.map(inOrder);
    const told = alone ? (latest?.number ?? 0) : (record.head?.manifests ?? 0);
    const last = Math.max(latest?.number ?? 0, told);
    if (last === 0) findings.incomplete(MANIFEST_NAME, "the execution is not sealed yet: it has no manifest");
    if (latest !== undefined && latest.number > told) {
      const message = `the execution counts ${told} manifests: the last one is being written`;
      findings.incomplete(numberedManifest(latest.number), message);
    }
    // A folder with the last manifest alone is not whole, and nothing says that it should be.
    checkGaps(all, last, alone ? findings.incomplete : findings.tampered);
    for (const [number, manifest] of all) {
      checkPredecessor(number, manifest, all.get(number - 1), findings);
      const named = inOrder(manifest.artifacts.map(({ name }) => name));
      if (!generations.includes(named)) {
        findings.tampered(numberedManifest(number), "it names not the files that a release publishes", {
          expected: generations.join("; or "),
          found: named,
        });
      }
    }
    const digests = new Set([...all.values()].map(manifestDigest));
    for (const digest of remembered.filter((kept) => !digests.has(kept))) {
      findings.tampered(MANIFEST_NAME, "a manifest that was seen before is not there: the record was wound back", {
        expected: digest,
        found: [...digests].join(", "),
      });
    }
    const running = record.head?.status === "RUNNING";
    if (running && latest !== undefined && !unsealed) {
      findings.incomplete(MANIFEST_NAME, "the execution is still running, so it will be sealed again");
    }
    return all.size;
  },
});

export const manifests = manifestsNaming(SEALED_NAMES);

/** One finding for all that are missing in a row: a forged number must not keep the verifier busy. */
const checkGaps = (all: Case["manifests"], last: number, find: Findings["tampered"]): void => {
  let expected = 1;
  for (const number of [...all.keys(), last + 1].sort((one, other) => one - other)) {
    const gap = number - expected;
    if (gap > 0) {
      const what = gap === 1 ? "it is missing" : `it and the ${gap - 1} after it are missing`;
      find(numberedManifest(expected), `${what}: the execution was sealed ${last} times`);
    }
    expected = number + 1;
  }
};

/** Where the predecessor itself is missing, that is found as a gap. */
const checkPredecessor = (
  number: number,
  { previous_digest }: Manifest,
  previous: Manifest | undefined,
  findings: Findings,
): void => {
  if (number > 1 && previous === undefined) return;
  const expected = previous === undefined ? null : manifestDigest(previous);
  if (previous_digest === expected) return;
  const message = number === 1 ? "the first names a manifest before it" : "it does not follow the one before it";
  findings.tampered(numberedManifest(number), message, {
    expected: expected ?? "none",
    found: previous_digest ?? "none",
  });
};
