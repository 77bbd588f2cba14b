import { MANIFEST_NAME, type Manifest, manifest, numberedManifest, renderManifest } from "../artifacts/manifest.ts";
import type { Findings } from "./finding.ts";

export type EvidenceFile = { readonly name: string; readonly bytes: Uint8Array };

/** manifest.json under its number, too, where a folder has it under its lasting name only. */
export const withNumbered = (files: readonly EvidenceFile[]): readonly EvidenceFile[] => {
  const current = files.find(({ name }) => name === MANIFEST_NAME);
  const read = manifest.safeParse(parsed(Buffer.from(current?.bytes ?? []).toString("utf8")));
  if (current === undefined || !read.success) return files;
  const name = numberedManifest(read.data.number);
  return files.some((file) => file.name === name) ? files : [...files, { ...current, name }];
};

const NUMBERED = /^manifest-(\d{1,9})\.json$/;

/**
 * The manifests by number, each read from the file of its number. One that is not exactly as it was written, or not of
 * this execution, is found; it is left out where it cannot be read at all.
 */
export const readManifests = (
  execution_id: string,
  files: readonly EvidenceFile[],
  findings: Findings,
): ReadonlyMap<number, Manifest> => {
  const manifests = new Map<number, Manifest>();
  for (const file of files) {
    const [, digits] = NUMBERED.exec(file.name) ?? [];
    if (digits === undefined) continue;
    const read = readManifest(file, findings);
    if (read === undefined) continue;
    const number = Number(digits);
    if (read.number !== number || file.name !== numberedManifest(number)) {
      findings.tampered(file.name, "it has the number of another manifest", {
        expected: String(number),
        found: String(read.number),
      });
    }
    if (read.execution_id !== execution_id) {
      findings.tampered(file.name, "it is of another execution", { expected: execution_id, found: read.execution_id });
    }
    manifests.set(number, read);
  }
  const last = manifests.get(Math.max(0, ...manifests.keys()));
  checkCurrent(files, last, findings);
  return manifests;
};

const readManifest = ({ name, bytes }: EvidenceFile, findings: Findings): Manifest | undefined => {
  const text = Buffer.from(bytes).toString("utf8");
  const read = manifest.safeParse(parsed(text));
  if (!read.success) {
    findings.tampered(name, "it is not a manifest");
    return undefined;
  }
  if (!Buffer.from(renderManifest(read.data)).equals(Buffer.from(bytes))) {
    findings.tampered(name, "it is not in the form it was written in");
  }
  return read.data;
};

/** manifest.json is the last one under a name that does not change. */
const checkCurrent = (files: readonly EvidenceFile[], last: Manifest | undefined, findings: Findings): void => {
  const current = files.find(({ name }) => name === MANIFEST_NAME);
  const numbered = last === undefined ? undefined : files.find(({ name }) => name === numberedManifest(last.number));
  if (current === undefined) {
    if (last !== undefined) findings.tampered(MANIFEST_NAME, "it is missing");
  } else if (numbered === undefined) {
    findings.tampered(MANIFEST_NAME, "the same manifest under its number is missing");
  } else if (!Buffer.from(current.bytes).equals(Buffer.from(numbered.bytes))) {
    findings.tampered(MANIFEST_NAME, `it differs from ${numbered.name}, the last manifest`);
  }
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
