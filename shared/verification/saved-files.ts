import { z } from "zod";
import { MANIFEST_NAME, numberedManifest, SEALED_NAMES } from "../artifacts/index.ts";
import type { EvidenceFile } from "./read-manifests.ts";
import { RECORD_NAME } from "./record-line.ts";

/** More manifests than anybody seals; a forged number must not keep a reader busy. */
const MOST_MANIFESTS = 1_000;

/**
 * Everything in a folder that is held against its record; `read` gives nothing for a name that is not there. Whatever
 * else lies there is never read.
 */
export const savedFiles = async (read: (name: string) => Promise<Uint8Array | undefined>): Promise<EvidenceFile[]> => {
  const files: EvidenceFile[] = [];
  const take = async (name: string): Promise<Uint8Array | undefined> => {
    const bytes = await read(name);
    if (bytes !== undefined) files.push({ name, bytes });
    return bytes;
  };
  for (const name of SEALED_NAMES.at(-1) ?? []) await take(name);
  const last = numberIn(await take(MANIFEST_NAME));
  for (let number = 1; number <= MOST_MANIFESTS; number += 1) {
    const found = await take(numberedManifest(number));
    if (found === undefined && number > last) break;
  }
  return files;
};

const numbered = z.object({ number: z.number().int().nonnegative() });

/** Only how far to look: what it says is verified elsewhere. */
const numberIn = (bytes: Uint8Array | undefined): number => {
  try {
    return numbered.parse(JSON.parse(Buffer.from(bytes ?? []).toString())).number;
  } catch {
    return 0;
  }
};

/** Names under which the key lies beside saved files. */
export const KEY_NAMES = ["buddy.pem", "signing-key.pub.pem"];

/** A few are enough to see that there is more than was saved. */
const MOST_BESIDE = 20;

/** Names in a folder that are none of its saved files. */
export const besideOf = (names: readonly string[], files: readonly EvidenceFile[]): readonly string[] => {
  const known = new Set([RECORD_NAME, ...KEY_NAMES, ...files.map(({ name }) => name)]);
  return names.filter((name) => !known.has(name)).slice(0, MOST_BESIDE);
};
