import { ARTIFACTS } from "../../artifacts/index.ts";
import { MANIFEST_NAME, manifestDigest, numberedManifest } from "../../artifacts/manifest.ts";
import type { Check } from "./check.ts";

const NAMES = ARTIFACTS.map(({ name }) => name).sort();

/** Numbers without a gap, each with the digest of the one before, each naming the seven files. */
export const manifests: Check = {
  name: "manifests",
  run: ({ manifests: all, latest, record, unsealed }, findings) => {
    const told = record.head?.manifests ?? 0;
    const last = Math.max(latest?.number ?? 0, told);
    if (last === 0) findings.incomplete(MANIFEST_NAME, "the execution is not sealed yet: it has no manifest");
    if (latest !== undefined && latest.number > told) {
      const message = `the execution counts ${told} manifests: the last one is being written`;
      findings.incomplete(numberedManifest(latest.number), message);
    }
    for (let number = 1; number <= last; number += 1) {
      const name = numberedManifest(number);
      const manifest = all.get(number);
      if (manifest === undefined) {
        findings.tampered(name, `it is missing: the execution was sealed ${last} times`);
        continue;
      }
      const previous = all.get(number - 1);
      const expected = previous === undefined ? null : manifestDigest(previous);
      const found = manifest.previous_digest;
      if ((number === 1 || previous !== undefined) && found !== expected) {
        const message = number === 1 ? "the first names a manifest before it" : "it does not follow the one before it";
        findings.tampered(name, message, { expected: expected ?? "none", found: found ?? "none" });
      }
      const named = manifest.artifacts.map((artifact) => artifact.name).sort();
      if (named.join() !== NAMES.join()) {
        findings.tampered(name, "it does not name the seven files", {
          expected: NAMES.join(", "),
          found: named.join(", "),
        });
      }
    }
    const running = record.head?.status === "RUNNING";
    if (running && latest !== undefined && !unsealed) {
      findings.incomplete(MANIFEST_NAME, "the execution is still running, so it will be sealed again");
    }
    return all.size;
  },
};
