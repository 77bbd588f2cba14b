import { isNumberedManifest, MANIFEST_NAME } from "../../artifacts/manifest.ts";
import { digestOfBytes } from "../../plan/digest.ts";
import type { Check } from "./check.ts";

/**
 * The files as they are now are those of the last manifest; earlier ones are in the store's versions. They are written
 * again only after the execution has concluded again: no other event behind the seal excuses another file. A file that
 * the last manifest does not name proves nothing, whatever it is called.
 */
export const artifacts: Check = {
  name: "artifacts",
  run: ({ latest, files, beside, sealingAgain }, findings) => {
    if (latest === undefined) return 0;
    // They are written before their manifest, so under a new seal they may be newer than the last one.
    const wrong = sealingAgain ? findings.incomplete : findings.tampered;
    for (const { name, sha256, bytes } of latest.artifacts) {
      const file = files.find((candidate) => candidate.name === name);
      if (file === undefined) {
        wrong(name, "the file is missing");
        continue;
      }
      const found = digestOfBytes(file.bytes);
      if (found === sha256 && file.bytes.length === bytes) continue;
      wrong(name, "the file is not the one that was sealed", {
        expected: `${sha256} (${bytes} bytes)`,
        found: `${found} (${file.bytes.length} bytes)`,
      });
    }
    const named = new Set([MANIFEST_NAME, ...latest.artifacts.map(({ name }) => name)]);
    for (const { name } of files) {
      if (named.has(name) || isNumberedManifest(name)) continue;
      findings.incomplete(name, "the last manifest does not seal this file: it proves nothing");
    }
    for (const name of beside)
      findings.note(name, "it lies beside the files, and no manifest seals it: it proves nothing");
    return latest.artifacts.length;
  },
};
